"""What messages do because of what happened below: authors hear of answers, teachers of inquiries."""

from yanxiu.notices.reactions.offices import (
    tell_about_an_inquiry,
    tell_who_decides,
    tell_who_handed_in,
)
from yanxiu.notices.reactions.spaces import (
    take_praise_back,
    tell_the_silent,
    tell_who_asked,
    tell_who_has_not_answered,
    tell_who_has_not_opened,
    tell_who_moved_up,
    tell_who_should_answer,
    tell_who_signed_up,
    tell_who_was_praised,
    tell_whose_problem_is_solved,
)
from yanxiu.notices.reactions.study import (
    tell_about_a_score,
    tell_about_an_appeal,
    tell_about_assigned_courses,
    tell_candidates,
    tell_who_is_allowed_more,
)
from yanxiu.notices.reactions.words import (
    give_words_back,
    tell_the_author,
    tell_the_named,
    tell_who_should_read,
    tell_whose_draft_goes,
    tell_whose_words_helped,
)

__all__ = [
    "give_words_back",
    "take_praise_back",
    "tell_about_a_score",
    "tell_about_an_appeal",
    "tell_about_an_inquiry",
    "tell_about_assigned_courses",
    "tell_candidates",
    "tell_the_author",
    "tell_the_named",
    "tell_the_silent",
    "tell_who_asked",
    "tell_who_decides",
    "tell_who_handed_in",
    "tell_who_has_not_answered",
    "tell_who_has_not_opened",
    "tell_who_is_allowed_more",
    "tell_who_moved_up",
    "tell_who_should_answer",
    "tell_who_should_read",
    "tell_who_signed_up",
    "tell_who_was_praised",
    "tell_whose_draft_goes",
    "tell_whose_problem_is_solved",
    "tell_whose_words_helped",
]
