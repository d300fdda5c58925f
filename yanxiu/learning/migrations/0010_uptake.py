"""What each participant has in the list, kept beside the lists by the database itself (ADR 0019)."""

import django.db.models.deletion
from django.db import migrations, models

# Counts anew for these participants. Their rows are locked first, in order: a statement after it sees what others have committed, so
# that two changes of one list at a time lose nothing. A participant has a row from the moment of enrolment.
COUNT = """
CREATE FUNCTION learning_uptake_count(ids bigint[]) RETURNS void LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    IF cardinality(ids) = 0 THEN
        RETURN;
    END IF;
    PERFORM FROM learning_uptake w WHERE w.enrolment_id = ANY(ids) ORDER BY w.enrolment_id FOR NO KEY UPDATE;
    INSERT INTO learning_uptake AS w (enrolment_id, programme_id, unit_id, is_active, chosen_hours, pushed, cases)
    SELECT e.id, e.programme_id, e.unit_id, e.state = 'active', COALESCE(s.hours, 0), COALESCE(s.pushed, 0), COALESCE(d.cases, 0)
    FROM programmes_enrolment e
    LEFT JOIN (
        SELECT s.enrolment_id, sum(o.hours) FILTER (WHERE s.by_choice) AS hours, count(*) FILTER (WHERE s.source = 'pushed') AS pushed
        FROM learning_selection s JOIN programmes_offering o ON o.id = s.offering_id
        WHERE s.enrolment_id = ANY(ids) AND s.dropped_at IS NULL GROUP BY 1
    ) s ON s.enrolment_id = e.id
    LEFT JOIN (
        SELECT d.enrolment_id, count(*) AS cases FROM learning_casedraw d
        WHERE d.enrolment_id = ANY(ids) AND d.voided_at IS NULL GROUP BY 1
    ) d ON d.enrolment_id = e.id
    WHERE e.id = ANY(ids) ORDER BY e.id
    ON CONFLICT (enrolment_id) DO UPDATE
    SET programme_id = excluded.programme_id, unit_id = excluded.unit_id, is_active = excluded.is_active,
        chosen_hours = excluded.chosen_hours, pushed = excluded.pushed, cases = excluded.cases
    WHERE (w.unit_id, w.is_active, w.chosen_hours, w.pushed, w.cases)
        IS DISTINCT FROM (excluded.unit_id, excluded.is_active, excluded.chosen_hours, excluded.pushed, excluded.cases);
END $$;
CREATE FUNCTION learning_uptake_enrolled() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM learning_uptake_count(ARRAY(SELECT id FROM changed)); RETURN NULL; END $$;
CREATE FUNCTION learning_uptake_listed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM learning_uptake_count(ARRAY(SELECT DISTINCT enrolment_id FROM changed)); RETURN NULL; END $$;
CREATE FUNCTION learning_uptake_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM learning_uptake_count(ARRAY(SELECT n.id FROM changed n JOIN former f USING (id)
        WHERE (n.unit_id, n.state) IS DISTINCT FROM (f.unit_id, f.state)));
    RETURN NULL;
END $$;
CREATE FUNCTION learning_uptake_altered() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM learning_uptake_count(ARRAY(SELECT DISTINCT n.enrolment_id FROM changed n JOIN former f USING (id)
        WHERE (n.offering_id, n.dropped_at, n.by_choice, n.source) IS DISTINCT FROM (f.offering_id, f.dropped_at, f.by_choice, f.source)));
    RETURN NULL;
END $$;
CREATE FUNCTION learning_uptake_voided() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM learning_uptake_count(ARRAY(SELECT DISTINCT n.enrolment_id FROM changed n JOIN former f USING (id)
        WHERE n.voided_at IS DISTINCT FROM f.voided_at));
    RETURN NULL;
END $$;
CREATE FUNCTION learning_uptake_weighed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM learning_uptake_count(ARRAY(SELECT DISTINCT s.enrolment_id FROM changed n JOIN former f USING (id)
        JOIN learning_selection s ON s.offering_id = n.id AND s.dropped_at IS NULL WHERE n.hours IS DISTINCT FROM f.hours));
    RETURN NULL;
END $$;

CREATE TRIGGER learning_uptake_enrolled AFTER INSERT ON programmes_enrolment
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION learning_uptake_enrolled();
CREATE TRIGGER learning_uptake_moved AFTER UPDATE ON programmes_enrolment
    REFERENCING OLD TABLE AS former NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION learning_uptake_moved();
CREATE TRIGGER learning_uptake_weighed AFTER UPDATE ON programmes_offering
    REFERENCING OLD TABLE AS former NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION learning_uptake_weighed();
CREATE TRIGGER learning_uptake_added AFTER INSERT ON learning_selection
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION learning_uptake_listed();
CREATE TRIGGER learning_uptake_altered AFTER UPDATE ON learning_selection
    REFERENCING OLD TABLE AS former NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION learning_uptake_altered();
CREATE TRIGGER learning_uptake_removed AFTER DELETE ON learning_selection
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION learning_uptake_listed();
CREATE TRIGGER learning_uptake_drawn AFTER INSERT ON learning_casedraw
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION learning_uptake_listed();
CREATE TRIGGER learning_uptake_voided AFTER UPDATE ON learning_casedraw
    REFERENCING OLD TABLE AS former NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION learning_uptake_voided();
CREATE TRIGGER learning_uptake_taken AFTER DELETE ON learning_casedraw
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION learning_uptake_listed();

UPDATE learning_selection SET by_choice = TRUE WHERE source <> 'pushed';
SELECT learning_uptake_count(ARRAY(SELECT id FROM programmes_enrolment));
"""
UNDO = """
DROP TRIGGER learning_uptake_enrolled ON programmes_enrolment;
DROP TRIGGER learning_uptake_moved ON programmes_enrolment;
DROP TRIGGER learning_uptake_weighed ON programmes_offering;
DROP TRIGGER learning_uptake_added ON learning_selection;
DROP TRIGGER learning_uptake_altered ON learning_selection;
DROP TRIGGER learning_uptake_removed ON learning_selection;
DROP TRIGGER learning_uptake_drawn ON learning_casedraw;
DROP TRIGGER learning_uptake_voided ON learning_casedraw;
DROP TRIGGER learning_uptake_taken ON learning_casedraw;
DROP FUNCTION learning_uptake_enrolled();
DROP FUNCTION learning_uptake_listed();
DROP FUNCTION learning_uptake_moved();
DROP FUNCTION learning_uptake_altered();
DROP FUNCTION learning_uptake_voided();
DROP FUNCTION learning_uptake_weighed();
DROP FUNCTION learning_uptake_count(bigint[]);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("learning", "0009_opening"),
        ("orgs", "0001_initial"),
        ("programmes", "0003_points"),
    ]

    operations = [
        migrations.AddField(
            model_name="selection",
            name="by_choice",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.CreateModel(
            name="Uptake",
            fields=[
                (
                    "enrolment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="programmes.enrolment",
                    ),
                ),
                ("is_active", models.BooleanField()),
                ("chosen_hours", models.DecimalField(decimal_places=2, default=0, max_digits=8)),
                ("pushed", models.PositiveIntegerField(default=0)),
                ("cases", models.PositiveIntegerField(default=0)),
                (
                    "programme",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="programmes.programme"
                    ),
                ),
                ("unit", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.org")),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("is_active", True)),
                        fields=["programme", "unit", "chosen_hours"],
                        include=("pushed", "cases"),
                        name="learning_uptake_place",
                    )
                ],
            },
        ),
        migrations.RunSQL(COUNT, UNDO),
    ]
