"""What was typed into forms of questions and not stored goes to the drafts of all forms; its own table goes."""

from django.db import migrations

CARRY = """
INSERT INTO drafts_draft (person_id, key, place, address, title, source, fields, saved_at)
SELECT q.person_id,
    CASE WHEN q.question_id IS NULL THEN 'question new ' || q.type ELSE 'question ' || q.question_id END,
    '题库，' || CASE WHEN q.question_id IS NULL THEN '写一道' || k.label ELSE '改' || k.label || ' ' || q.question_id END,
    '/assessment/questions/' || CASE WHEN q.question_id IS NULL THEN 'new/' || q.type || '/' ELSE q.question_id || '/edit/' END,
    left(COALESCE(q.typed ->> 'title', ''), 200), COALESCE(q.typed ->> 'source', ''), q.typed - 'title' - 'source', q.saved_at
FROM assessment_questiondraft q
JOIN people_person p ON p.id = q.person_id
JOIN (VALUES ('single', '单选题'), ('multiple', '多选题'), ('true_false', '判断题'), ('fill_in', '填空题'), ('matching', '连线题'),
    ('ordering', '排序题'), ('cloze', '完形填空'), ('short', '简答题'), ('essay', '论述题'), ('material', '材料题')) k (type, label)
    ON k.type = q.type
ON CONFLICT (person_id, key) DO NOTHING
"""


class Migration(migrations.Migration):
    dependencies = [
        ("assessment", "0013_discarded_rubric_drafts"),
        ("drafts", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(CARRY, migrations.RunSQL.noop),
        migrations.DeleteModel(name="QuestionDraft"),
    ]
