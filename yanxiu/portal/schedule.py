"""Everything that happens by itself, in one list (moments: Asia/Shanghai). Tasks are named, not imported: the worker finds them."""

from yanxiu.kit.schedule import Periodic, Steady, daily, every

SCHEDULE: list[Periodic | Steady] = [
    Steady(
        function="yanxiu.records.tasks.deliver_due",
        seconds=0.5,
        why="what happened reaches the domains that react to it within a second",
    ),
    every("records.retry_failures", minutes=10, why="a reaction that failed is tried again, at most ten times"),
    every("assessment.close_overdue", minutes=5, why="a test left open when its window ends is handed in as it was saved"),
    every("assessment.run_peer_reviews", minutes=10, why="work that came in finds its reviewers, and late reviewers are replaced"),
    every("assessment.lay_out_marking", minutes=1, why="written answers reach their markers within a minute of the hand-in"),
    every("assessment.release_due", minutes=1, why="results of exams that come out by themselves do so when all is over and marked"),
    every(
        "workshops.close_case_rounds", minutes=5, why="when cases are no longer taken, their number and the places of the level are fixed"
    ),
    every("files.sweep_uploads", minutes=60, why="uploads that stood still for a day, and files that no form took, give their room back"),
    every("files.convert_left", minutes=30, why="a conversion whose worker was ended in the middle is begun again"),
    every("catalogue.read_left", minutes=30, why="a course file whose worker was ended in the middle is read again"),
    every("people.go_on_importing", minutes=5, why="an import of a roster whose worker was ended in the middle goes on"),
    every("learning.settle_sessions", minutes=5, why="when a study session is over, who has not come is absent, and results count"),
    every("integrity.read_files", minutes=1, why="files that were handed in are read and compared, each in a process of its own"),
    every("integrity.recheck_texts", minutes=1, why="nobody stays marked for words that an office has made public since"),
    every("insight.keep_boards", minutes=5, why="boards of many people read kept figures, at most five minutes old while things happen"),
    daily("records.ensure_partitions", at="02:10", why="the months ahead have their partition before the first record of the month"),
    daily("learning.collect_signals", at="02:20", why="what yesterday's study shows is kept before leases are swept"),
    daily("assessment.collect_peer_signals", at="02:25", why="what yesterday's reviews by peers show is kept for people to look at"),
    daily("integrity.close_overdue", at="02:30", why="a decision that nobody appealed in time is closed"),
    daily("learning.sweep_leases", at="02:40", why="leases whose tickets are long void are of no use"),
    daily("people.sweep_throttles", at="03:10", why="counts of past quarters of an hour are of no use"),
    daily("files.sweep", at="03:20", why="bytes that no row owns are left by a crash between the two"),
    daily("catalogue.sweep_packages", at="03:30", why="folders of packages that no row owns are left by a crash between the two"),
    every("assessment.read_left_questions", minutes=30, why="a question file whose worker was ended in the middle is read again"),
    daily("assessment.end_question_imports", at="03:40", why="question files that nobody confirmed within seven days give their room back"),
    daily("catalogue.end_imports", at="03:35", why="course imports that nobody confirmed within seven days give their room back"),
    daily("kit.forget_finished_tasks", at="03:40", why="the queue stays small: finished tasks are kept for thirty days"),
    daily("notices.remind_deadlines", at="08:30", why="seven, three and one day before a window ends, whoever is short is told"),
    daily(
        "workshops.remind_slow", at="08:40", why="a question that waits at a level for longer than the plan says is brought to mind once"
    ),
    daily("approvals.remind_due", at="08:20", why="whoever has to decide learns a day before it is due, or after three days of waiting"),
    daily("workshops.open_spaces_of_plans", at="03:00", why="new schools, learners and topics get the spaces that their plan asks for"),
    daily("catalogue.tally_uses", at="02:55", why="lists of resources sort by how many people used them, as of yesterday"),
    daily("catalogue.reindex_resources", at="03:05", why="resources older than the dictionary are found too"),
    daily("workshops.index_left_posts", at="02:50", why="posts older than the index are found too, some thousands a night"),
    daily("workshops.index_left_words", at="02:55", why="a new dictionary finds old posts too, some thousands a night"),
    daily("drafts.sweep", at="03:25", why="drafts that nobody touched for 180 days go, a week after their owner was told"),
    daily("kit.clear_sessions", at="03:50", why="sessions that ended are not kept"),
]
