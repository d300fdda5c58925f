"""A published version is never changed or deleted: a trigger refuses it whatever the program does."""

from django.db import migrations

GUARD = """
CREATE FUNCTION programmes_refuse_version_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a published plan version is never changed or deleted: publish a new one' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER programmes_planversion_immutable BEFORE UPDATE OR DELETE ON programmes_planversion
    FOR EACH ROW EXECUTE FUNCTION programmes_refuse_version_change();
"""
UNGUARD = """
DROP TRIGGER programmes_planversion_immutable ON programmes_planversion;
DROP FUNCTION programmes_refuse_version_change();
"""


class Migration(migrations.Migration):
    dependencies = [("programmes", "0001_initial")]
    operations = [migrations.RunSQL(GUARD, UNGUARD)]
