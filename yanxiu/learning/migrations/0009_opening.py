"""Opening a step or a case, as one function: one round trip from the lock to what the ticket needs."""

from django.db import migrations

# The person is locked first (learning.statements.LOCK_CLASS); every statement after it has a snapshot of its own. What was open ends
# at the database's clock, and the new lease begins there, so that the leases of a person never overlap.
# The bit string is made once per film and participant; a film that was replaced by one of another length begins anew.
OPEN = """
CREATE FUNCTION learning_open(
    person bigint, enrolment bigint, of_kind smallint, item bigint, film integer, rate smallint, nonce bigint, device bigint,
    address inet, once text
) RETURNS TABLE (number integer, at timestamptz, seconds integer, resume integer, stamp text, is_known boolean)
LANGUAGE plpgsql VOLATILE AS $$
#variable_conflict use_column
DECLARE
    moment timestamptz;
    before timestamptz;
    given integer;
    seen integer := 0;
    stood integer := 0;
BEGIN
    PERFORM pg_advisory_xact_lock(22445, (person % 2147483648)::int);
    moment := clock_timestamp();
    UPDATE learning_lease l SET ended_at = GREATEST(l.started_at, moment)
    WHERE l.person_id = person AND l.ended_at IS NULL RETURNING l.ended_at INTO before;
    moment := GREATEST(moment, before);
    INSERT INTO learning_lease AS l (person_id, number, nonce, enrolment_id, kind, item_id, rate, credited, device, address, started_at)
    SELECT person, COALESCE(max(p.number), 0) + 1, learning_open.nonce, enrolment, of_kind, item, learning_open.rate, 0,
           learning_open.device, learning_open.address, moment
    FROM learning_lease p WHERE p.person_id = person
    RETURNING l.number INTO given;
    IF film > 0 THEN
        INSERT INTO learning_progress AS p (person_id, enrolment_id, kind, item_id, watched, seconds, position, updated_at)
        VALUES (person, enrolment, of_kind, item, repeat('0', film)::bit varying, 0, 0, moment)
        ON CONFLICT (person_id, enrolment_id, kind, item_id) DO UPDATE
        SET watched = CASE WHEN length(p.watched) = film THEN p.watched ELSE excluded.watched END,
            seconds = CASE WHEN length(p.watched) = film THEN p.seconds ELSE 0 END,
            position = CASE WHEN length(p.watched) = film THEN p.position ELSE 0 END
        RETURNING p.seconds, p.position INTO seen, stood;
    END IF;
    RETURN QUERY
    SELECT given, moment, seen, stood, COALESCE((SELECT a.security_stamp::text FROM people_account a WHERE a.person_id = person), ''),
           EXISTS (SELECT FROM records_recordkey k WHERE k.key = once);
END $$;
"""
UNDO = "DROP FUNCTION learning_open(bigint, bigint, smallint, bigint, integer, smallint, bigint, bigint, inet, text)"


class Migration(migrations.Migration):
    dependencies = [
        ("learning", "0008_packages"),
        ("people", "0001_initial"),
        ("records", "0001_initial"),
    ]

    operations = [migrations.RunSQL(OPEN, UNDO)]
