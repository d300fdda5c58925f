"""The bound on watched time, as one function: beats in, what was credited out."""

from django.db import migrations

# A beat is credited up to its budget: the server seconds of its lease times the rate, less what the lease was credited. The
# budget of a lease stops growing when another opens, so late beats keep what was earned and parallel ones earn nothing.
# Of a claim beyond the budget the earliest seconds are granted.
# The persons (ascending) are locked first (learning.statements.LOCK_CLASS); the statement after it has a snapshot of its own.
# A film that would become done is withheld ('ends') unless `may_end`: the caller then does it again in the transaction that also
# completes the step. Everything is looked up by key whatever the statistics say: batches are small and tables large.
CREDIT = """
CREATE FUNCTION learning_credit(
    persons bigint[], numbers integer[], nonces bigint[], masks bit varying[], positions integer[], stamps text[], sessions text[],
    hiddens integer[], devices bigint[], share integer, may_end boolean
) RETURNS TABLE (
    verdict text, is_open boolean, seconds integer, length integer, trimmed integer, at timestamptz, person_id bigint,
    enrolment_id bigint, kind smallint, item_id bigint
) LANGUAGE plpgsql VOLATILE
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
AS $$
#variable_conflict use_column
DECLARE moment timestamptz;
BEGIN
    PERFORM pg_advisory_xact_lock(22445, (p % 2147483648)::int) FROM unnest(persons) AS t(p);
    moment := clock_timestamp();
    RETURN QUERY
    WITH judged AS MATERIALIZED (
        SELECT b.person_id, b.number, b.position, b.hidden, b.device, l.enrolment_id, l.kind, l.item_id, l.ended_at IS NULL AS is_open,
               p.seconds AS before, length(p.watched) AS length, b.mask & ~p.watched AS fresh,
               extract(epoch FROM moment - GREATEST(l.started_at, p.updated_at))::real AS gap,
               GREATEST(0, LEAST(2000000, floor(extract(epoch FROM LEAST(moment, COALESCE(l.ended_at, 'infinity')) - l.started_at)
                                                * l.rate / 100))::int - l.credited) AS budget,
               CASE WHEN s.session_key IS NULL OR a.state IS DISTINCT FROM 'active' OR a.security_stamp IS DISTINCT FROM b.stamp
                        THEN 'signed_out'
                    WHEN p.person_id IS NULL THEN 'gone'
                    WHEN e.state <> 'active' OR g.state <> 'running' THEN 'left'
                    ELSE 'held' END AS verdict
        FROM unnest(persons, numbers, nonces, masks, positions, stamps, sessions, hiddens, devices) WITH ORDINALITY
             AS b(person_id, number, nonce, mask, position, stamp, session_key, hidden, device, place)
        LEFT JOIN learning_lease l ON l.person_id = b.person_id AND l.number = b.number AND l.nonce = b.nonce
        LEFT JOIN learning_progress p ON p.person_id = l.person_id AND p.enrolment_id = l.enrolment_id AND p.kind = l.kind
             AND p.item_id = l.item_id AND length(p.watched) = length(b.mask)
        LEFT JOIN people_account a ON a.person_id = b.person_id
        LEFT JOIN django_session s ON s.session_key = b.session_key AND s.expire_date > moment
        LEFT JOIN programmes_enrolment e ON e.id = l.enrolment_id
        LEFT JOIN programmes_programme g ON g.id = e.programme_id
        ORDER BY b.place
    ), granted AS MATERIALIZED (
        SELECT j.*, CASE WHEN j.verdict <> 'held' THEN NULL WHEN bit_count(j.fresh) <= j.budget THEN j.fresh
                         ELSE learning_first_bits(j.fresh, j.budget) END AS kept
        FROM judged j
    ), weighed AS MATERIALIZED (
        SELECT g.person_id, g.number, g.enrolment_id, g.kind, g.item_id, g.is_open, g.position, g.hidden, g.device, g.kept, g.before,
               g.length, GREATEST(g.gap, 0) AS gap, bit_count(g.kept)::int AS won, bit_count(g.fresh)::int AS claimed,
               CASE WHEN g.verdict = 'held' AND (g.before + bit_count(g.kept)) * 100 >= g.length::bigint * share AND CASE g.kind
                        WHEN 1 THEN NOT EXISTS (SELECT FROM learning_stepdone d
                                                WHERE d.enrolment_id = g.enrolment_id AND d.step_id = g.item_id)
                        ELSE EXISTS (SELECT FROM learning_casedraw d WHERE d.enrolment_id = g.enrolment_id AND d.case_id = g.item_id
                                     AND d.voided_at IS NULL AND d.watched_at IS NULL) END
                    THEN 'ends' ELSE g.verdict END AS verdict
        FROM granted g
    ), stored AS (
        UPDATE learning_progress p
        SET watched = p.watched | w.kept, seconds = p.seconds + w.won, updated_at = moment,
            position = CASE WHEN w.is_open THEN w.position ELSE p.position END
        FROM weighed w
        WHERE p.person_id = w.person_id AND p.enrolment_id = w.enrolment_id AND p.kind = w.kind AND p.item_id = w.item_id
          AND (w.verdict = 'held' OR may_end AND w.verdict = 'ends')
    ), charged AS (
        UPDATE learning_lease l
        SET credited = l.credited + w.won, hidden_seconds = LEAST(l.hidden_seconds + w.hidden, 1000000),
            device = COALESCE(l.device, w.device),
            beats = l.beats + w.is_open::int,
            gap_sum = l.gap_sum + CASE WHEN w.is_open THEN w.gap ELSE 0 END,
            gap_squares = l.gap_squares + CASE WHEN w.is_open THEN w.gap * w.gap ELSE 0 END
        FROM weighed w
        WHERE l.person_id = w.person_id AND l.number = w.number AND (w.verdict = 'held' OR may_end AND w.verdict = 'ends')
    )
    SELECT w.verdict, w.is_open, COALESCE(w.before + w.won, w.before, 0), w.length, COALESCE(w.claimed - w.won, 0), moment,
           w.person_id, w.enrolment_id, w.kind, w.item_id
    FROM weighed w;
END $$;
"""
UNDO = (
    "DROP FUNCTION learning_credit(bigint[], integer[], bigint[], bit varying[], integer[], text[], text[], integer[], bigint[], integer, "
    "boolean)"
)


class Migration(migrations.Migration):
    dependencies = [
        ("learning", "0005_study_days"),
    ]

    operations = [migrations.RunSQL(CREDIT, UNDO)]
