"""All permissions by name: `domain.verb`. Roles give them (`access.roles`), the checks of each domain ask for them.

New permissions are declared here and used as `access.permissions.Permission`. Packages below access name theirs as plain
strings; a test keeps those strings and this list in step.
"""

from enum import StrEnum


class Permission(StrEnum):
    """What a role may hold. Without a grant nothing is allowed; own things need no permission."""

    ORGS_VIEW = "orgs.view"
    ORGS_REGISTER = "orgs.register"
    ORGS_RENAME = "orgs.rename"
    ORGS_MOVE = "orgs.move"
    ORGS_CLOSE = "orgs.close"

    PEOPLE_VIEW = "people.view"
    PEOPLE_REGISTER = "people.register"
    PEOPLE_CORRECT = "people.correct"
    PEOPLE_TRANSFER = "people.transfer"
    PEOPLE_ISSUE_CODES = "people.issue_codes"
    PEOPLE_SUSPEND = "people.suspend"
    PEOPLE_REVEAL_IDENTITY = "people.reveal_identity"
    PEOPLE_IMPORT_ROSTER = "people.import_roster"

    ACCESS_VIEW = "access.view"
    ACCESS_APPOINT = "access.appoint"
    ACCESS_REVOKE = "access.revoke"

    RECORDS_VIEW = "records.view"
    RECORDS_REBUILD = "records.rebuild"

    FILES_DELETE = "files.delete"
    INTEGRITY_MODERATE = "integrity.moderate"
    INTEGRITY_VIEW = "integrity.view"
    INTEGRITY_INQUIRE = "integrity.inquire"
    INTEGRITY_HEAR = "integrity.hear"
    INTEGRITY_KEEP_TEXTS = "integrity.keep_texts"
    APPROVALS_DECIDE = "approvals.decide"

    CATALOGUE_VIEW = "catalogue.view"
    CATALOGUE_DRAFT = "catalogue.draft"
    CATALOGUE_PUBLISH = "catalogue.publish"
    CATALOGUE_ARCHIVE = "catalogue.archive"
    CATALOGUE_REVIEW = "catalogue.review"
    CATALOGUE_SHELVE = "catalogue.shelve"

    PROGRAMMES_VIEW = "programmes.view"
    PROGRAMMES_PUBLISH = "programmes.publish"
    PROGRAMMES_ENROL = "programmes.enrol"
    PROGRAMMES_OFFER = "programmes.offer"
    PROGRAMMES_SET_UNIT_DATES = "programmes.set_unit_dates"
    PROGRAMMES_DEREGISTER = "programmes.deregister"
    PROGRAMMES_CLOSE = "programmes.close"

    LEARNING_VIEW = "learning.view"
    LEARNING_CHOOSE_TOPICS = "learning.choose_topics"
    LEARNING_PUSH = "learning.push"
    LEARNING_DRAW = "learning.draw"
    LEARNING_SUPPLY = "learning.supply"
    LEARNING_FIX_SESSIONS = "learning.fix_sessions"
    LEARNING_KEEP_ATTENDANCE = "learning.keep_attendance"
    LEARNING_ASSIGN = "learning.assign"
    LEARNING_CONFIRM = "learning.confirm"

    ASSESSMENT_VIEW = "assessment.view"
    ASSESSMENT_WRITE = "assessment.write"
    ASSESSMENT_GRADE = "assessment.grade"
    ASSESSMENT_WRITE_QUESTIONS = "assessment.write_questions"
    ASSESSMENT_REVIEW_QUESTIONS = "assessment.review_questions"
    ASSESSMENT_SET_EXAMS = "assessment.set_exams"
    ASSESSMENT_RELEASE = "assessment.release"
    ASSESSMENT_ENTER = "assessment.enter"

    WORKSHOPS_VIEW = "workshops.view"
    WORKSHOPS_OPEN = "workshops.open"
    WORKSHOPS_OPEN_COMMUNITY = "workshops.open_community"
    WORKSHOPS_HOST = "workshops.host"
    WORKSHOPS_MODERATE = "workshops.moderate"
    WORKSHOPS_GUIDE = "workshops.guide"

    FIELDWORK_VIEW = "fieldwork.view"
    FIELDWORK_CONFIRM = "fieldwork.confirm"
    FIELDWORK_PLAN = "fieldwork.plan"
    FIELDWORK_PLAN_GROUP = "fieldwork.plan_group"

    EVALUATION_VIEW = "evaluation.view"
    EVALUATION_DECIDE = "evaluation.decide"
    EVALUATION_ASSESS = "evaluation.assess"
    EVALUATION_APPRAISE = "evaluation.appraise"

    CREDITS_VIEW = "credits.view"
    CREDITS_SETTLE = "credits.settle"
    CREDITS_REVERSE = "credits.reverse"
    CREDITS_CERTIFY = "credits.certify"

    NOTICES_ISSUE = "notices.issue"
    NOTICES_REMIND = "notices.remind"

    INSIGHT_VIEW = "insight.view"
    INSIGHT_EXPORT = "insight.export"

    PORTAL_OPERATE = "portal.operate"
