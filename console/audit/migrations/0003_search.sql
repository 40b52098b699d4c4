-- What pages ask the trail for, each by one index with the newest first.

CREATE INDEX audit_event_actor ON audit_event (org_id, actor_id, id DESC);
CREATE INDEX audit_event_actor_kind ON audit_event (org_id, actor_kind, id DESC);
CREATE INDEX audit_event_event ON audit_event (org_id, event, id DESC);
CREATE INDEX audit_event_outcome ON audit_event (org_id, outcome, id DESC) WHERE outcome <> 'succeeded';
CREATE INDEX audit_event_operation ON audit_event (org_id, operation_id, id DESC) WHERE operation_id IS NOT NULL;
CREATE INDEX audit_event_request ON audit_event (org_id, request_id, id DESC) WHERE request_id <> '';
CREATE INDEX audit_event_session ON audit_event (org_id, session_id, id DESC) WHERE session_id <> '';

-- Words and marks of an event, each behind six digits of its organization: a word's list is then one
-- organization's alone, and PostgreSQL's statistics tell how common it is there.

CREATE FUNCTION audit_words(org text, said text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT array_remove(
        string_to_array(org || regexp_replace(lower(said), '[^[:alnum:]]+', ' ' || org, 'g'), ' '), org)
$$;

CREATE FUNCTION audit_lexemes(
    org_id uuid, event text, outcome text, actor_kind text, actor_id text, actor_label text,
    target_id text, target_label text, reason text, source_ip inet
) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 1000 SET search_path = public, pg_temp AS $$
DECLARE
    org text := right(coalesce(org_id::text, '000000'), 6);
BEGIN
    RETURN array_to_tsvector(
        audit_words(org, event || ' ' || actor_label || ' ' || target_label || ' ' || left(reason, 400))
        || ARRAY[
            org || 'e:' || event, org || 'n:' || split_part(event, ':', 1), org || 'o:' || outcome,
            org || 'k:' || actor_kind, org || 'a:' || actor_id, org || 't:' || target_id,
            org || 'i:' || coalesce(host(source_ip), '')
        ]);
END $$;

CREATE INDEX audit_event_lexemes ON audit_event USING gin (audit_lexemes(
    org_id, event, outcome, actor_kind, actor_id, actor_label, target_id, target_label, reason, source_ip));

-- The newest events of the transaction's organization that carry every word and every mark, between two ids.
-- With the rights of the owner, because behind row-level security text search uses no index.
CREATE FUNCTION audit_search(words text, marks text[], newer uuid, older uuid, most integer) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE ROWS 100 SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    chain uuid := nullif(current_setting('byoc.org_id', true), '')::uuid;
    org text := right(chain::text, 6);
    asked tsquery;
BEGIN
    SELECT string_agg('''' || replace(replace(one, '\', '\\'), '''', '''''') || '''', ' & ')::tsquery INTO asked
    FROM (SELECT unnest(audit_words(org, words)) UNION SELECT org || unnest(marks)) AS lexeme (one);
    RETURN QUERY EXECUTE
        'SELECT id FROM audit_event WHERE org_id = $1 AND id >= $3 AND id < $4 AND audit_lexemes('
        'org_id, event, outcome, actor_kind, actor_id, actor_label, target_id, target_label, reason, source_ip'
        ') @@ $2 ORDER BY id DESC LIMIT $5'
    USING chain, asked, newer, older, most;
END $$;

REVOKE ALL ON FUNCTION audit_search FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit_search TO {app};
