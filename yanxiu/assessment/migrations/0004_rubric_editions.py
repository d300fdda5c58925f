from django.db import migrations

# Until now the rubrics of one owner were editions of one sheet, and accepted homework counted at once.
FORWARD = """
UPDATE assessment_rubric r SET edition = r.number,
    follows_id = (SELECT p.id FROM assessment_rubric p WHERE p.owner_id = r.owner_id AND p.number < r.number ORDER BY p.number DESC LIMIT 1);
UPDATE assessment_submission SET counted_at = accepted_at WHERE state = 'accepted';
"""


class Migration(migrations.Migration):
    dependencies = [("assessment", "0003_homework_rubrics_peers")]

    operations = [migrations.RunSQL(FORWARD, migrations.RunSQL.noop)]
