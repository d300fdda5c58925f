"""How much stands on each shelf, by kind, stage and subject: kept beside the shelvings by the database itself (ADR 0036)."""

import django.db.models.deletion
from django.db import migrations, models

COUNT = """
CREATE FUNCTION catalogue_shelf_counted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' AND OLD.state = 'shelved' THEN
        UPDATE catalogue_shelfcount c
        SET shelved = c.shelved - 1, featured = c.featured - CASE WHEN OLD.featured_at IS NULL THEN 0 ELSE 1 END
        WHERE (c.org_id, c.kind, c.stage, c.subject) = (OLD.org_id, OLD.kind, OLD.stage, OLD.subject);
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.state = 'shelved' THEN
        INSERT INTO catalogue_shelfcount AS c (org_id, kind, stage, subject, shelved, featured)
        VALUES (NEW.org_id, NEW.kind, NEW.stage, NEW.subject, 1, CASE WHEN NEW.featured_at IS NULL THEN 0 ELSE 1 END)
        ON CONFLICT (org_id, kind, stage, subject) DO UPDATE
        SET shelved = c.shelved + excluded.shelved, featured = c.featured + excluded.featured;
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION catalogue_shelf_count_all() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    LOCK TABLE catalogue_shelving IN SHARE ROW EXCLUSIVE MODE;
    DELETE FROM catalogue_shelfcount;
    INSERT INTO catalogue_shelfcount (org_id, kind, stage, subject, shelved, featured)
    SELECT org_id, kind, stage, subject, count(*), count(featured_at) FROM catalogue_shelving WHERE state = 'shelved' GROUP BY 1, 2, 3, 4;
END $$;
CREATE TRIGGER catalogue_shelf_counted AFTER INSERT OR DELETE ON catalogue_shelving
    FOR EACH ROW EXECUTE FUNCTION catalogue_shelf_counted();
CREATE TRIGGER catalogue_shelf_moved AFTER UPDATE ON catalogue_shelving
    FOR EACH ROW WHEN (
        (OLD.org_id, OLD.kind, OLD.stage, OLD.subject, OLD.state = 'shelved', OLD.featured_at IS NULL)
        IS DISTINCT FROM (NEW.org_id, NEW.kind, NEW.stage, NEW.subject, NEW.state = 'shelved', NEW.featured_at IS NULL)
    ) EXECUTE FUNCTION catalogue_shelf_counted();
SELECT catalogue_shelf_count_all();
"""
UNDO = """
DROP TRIGGER catalogue_shelf_counted ON catalogue_shelving;
DROP TRIGGER catalogue_shelf_moved ON catalogue_shelving;
DROP FUNCTION catalogue_shelf_counted();
DROP FUNCTION catalogue_shelf_count_all();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0006_form_drafts_to_drafts"),
        ("orgs", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="ShelfCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=12)),
                ("stage", models.CharField(default="", max_length=12)),
                ("subject", models.CharField(default="", max_length=30)),
                ("shelved", models.PositiveIntegerField(default=0)),
                ("featured", models.PositiveIntegerField(default=0)),
                ("org", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="orgs.org")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("org", "kind", "stage", "subject"), name="catalogue_shelf_count_once"),
                    models.CheckConstraint(
                        condition=models.Q(("featured__lte", models.F("shelved"))), name="catalogue_shelf_count_featured_within"
                    ),
                ],
            },
        ),
        migrations.RunSQL(COUNT, UNDO),
    ]
