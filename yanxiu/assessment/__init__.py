"""Questions, tests, exams, homework, peer review, rubrics and lesson-case observation.

Owns attempts and marks; scores are computed here and nowhere else. Terms: 作答 attempt, 答案 answer, 作业 submission,
附件 attachment, 批阅 mark, 评价标准 rubric, 观课报告 observation.
An attempt is open until it is handed in; a submission goes draft → submitted → returned → submitted → accepted; an observation
is a draft until it is submitted. Results go down as records (`catalogue.events.StudyEvent`); who counts them is unknown here.
"""
