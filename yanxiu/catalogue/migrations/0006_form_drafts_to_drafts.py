"""What authors typed into forms of steps and did not store goes to the drafts of all forms; its own table goes."""

from django.db import migrations

CARRY = """
INSERT INTO drafts_draft (person_id, key, place, address, title, source, fields, saved_at)
SELECT f.person_id,
    CASE WHEN f.step_id IS NULL THEN 'course ' || f.course_id || ' new ' || f.kind ELSE 'step ' || f.step_id END,
    left(c.title || CASE WHEN f.step_id IS NULL THEN '，写' || k.label ELSE '，改“' || s.title || '”' END, 200),
    CASE WHEN f.step_id IS NULL THEN '/catalogue/courses/' || f.course_id || '/steps/' || f.kind || '/'
        ELSE '/catalogue/steps/' || f.step_id || '/replace/' END,
    left(COALESCE(f.typed ->> 'title', ''), 200), COALESCE(f.typed ->> 'source', ''), f.typed - 'title' - 'source', f.saved_at
FROM catalogue_formdraft f
JOIN catalogue_course c ON c.id = f.course_id
JOIN people_person p ON p.id = f.person_id
LEFT JOIN catalogue_step s ON s.id = f.step_id
JOIN (VALUES ('video', '视频'), ('audio', '音频'), ('text', '阅读'), ('document', '文档'), ('images', '图集'), ('question', '回馈题'),
    ('test', '测试'), ('homework', '作业'), ('discussion', '讨论'), ('case', '课例'), ('package', '课件包'), ('link', '外部链接'),
    ('offline', '线下活动')) k (kind, label) ON k.kind = f.kind
ON CONFLICT (person_id, key) DO NOTHING
"""


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0005_resources_and_libraries"),
        ("drafts", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(CARRY, migrations.RunSQL.noop),
        migrations.DeleteModel(name="FormDraft"),
    ]
