"""`analyze_table`: figures of a table for the planner, taken anew by the web's role too, which does not own the tables."""

from django.db import migrations

# Only the owner may ANALYZE (PostgreSQL 17 and newer could grant it, 15 cannot); for others it is a warning and nothing else.
# `analyze_owned` runs as the owner, on tables of ours alone; the caller's own temporary copy of a table (previews) is the caller's to read.
ANALYZE = """
CREATE FUNCTION analyze_owned(target regclass, columns text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = target AND c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')) THEN
        RAISE EXCEPTION 'analyze_table: % is no table of ours', target USING ERRCODE = 'wrong_object_type';
    END IF;
    EXECUTE format('ANALYZE %s %s', target, (SELECT '(' || string_agg(quote_ident(c), ', ') || ')' FROM unnest(columns) c));
END $$;
CREATE FUNCTION analyze_table(target regclass, columns text[] DEFAULT '{}') RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM pg_class c WHERE c.oid = target AND c.relnamespace = pg_my_temp_schema()) THEN
        EXECUTE format('ANALYZE %s %s', target, (SELECT '(' || string_agg(quote_ident(c), ', ') || ')' FROM unnest(columns) c));
    ELSE
        PERFORM public.analyze_owned(target, columns);
    END IF;
END $$;
REVOKE EXECUTE ON FUNCTION analyze_owned(regclass, text[]), analyze_table(regclass, text[]) FROM PUBLIC;
"""
UNDO = "DROP FUNCTION analyze_table(regclass, text[]); DROP FUNCTION analyze_owned(regclass, text[]);"


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0001_initial"),
    ]

    operations = [migrations.RunSQL(ANALYZE, UNDO)]
