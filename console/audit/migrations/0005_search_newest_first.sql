-- As before, but from the newest on in spans that double: a common word is found in the first few days, a rare one
-- after a dozen looks at its short lists, and neither waits for the whole trail, nor for parallel workers to start.

CREATE FUNCTION audit_moment(id uuid) RETURNS timestamptz LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT to_timestamp(('x' || lpad(left(replace(id::text, '-', ''), 12), 16, '0'))::bit(64)::bigint / 1000.0)
$$;

CREATE OR REPLACE FUNCTION audit_search(words text, marks text[], newer uuid, older uuid, most integer)
RETURNS SETOF uuid LANGUAGE plpgsql STABLE ROWS 100 SECURITY DEFINER SET search_path = public, pg_temp
SET max_parallel_workers_per_gather = 0 AS $$
DECLARE
    chain uuid := nullif(current_setting('byoc.org_id', true), '')::uuid;
    org text := right(chain::text, 6);
    asked tsquery;
    lower_id uuid;
    upper_id uuid := least(older, audit_first_id(clock_timestamp() + interval '1 day'));
    span interval := interval '5 days';
    wanted integer := most;
    found integer;
BEGIN
    SELECT string_agg('''' || replace(replace(one, '\', '\\'), '''', '''''') || '''', ' & ')::tsquery INTO asked
    FROM (SELECT unnest(audit_words(org, words)) UNION SELECT org || unnest(marks)) AS lexeme (one);
    SELECT id INTO lower_id FROM audit_event WHERE org_id = chain ORDER BY id LIMIT 1;
    newer := greatest(newer, lower_id);
    WHILE upper_id > newer AND (wanted > 0 OR most IS NULL) LOOP
        lower_id := greatest(newer, audit_first_id(greatest(audit_moment(upper_id) - span, 'epoch')));
        RETURN QUERY EXECUTE
            'SELECT id FROM audit_event WHERE org_id = $1 AND id >= $3 AND id < $4 AND audit_lexemes('
            'org_id, event, outcome, actor_kind, actor_id, actor_label, target_id, target_label, reason, source_ip'
            ') @@ $2 ORDER BY id DESC LIMIT $5'
        USING chain, asked, lower_id, upper_id, wanted;
        GET DIAGNOSTICS found = ROW_COUNT;
        wanted := wanted - found;
        upper_id := lower_id;
        span := span * 2;
    END LOOP;
END $$;
