-- The trail, partitioned by month of its ids (UUIDv7 begins with Unix milliseconds, RFC 9562, 5.7).

DROP INDEX audit_event_newest, audit_event_target;
ALTER TABLE audit_event RENAME CONSTRAINT audit_event_pkey TO audit_event_plain_pkey;
ALTER TABLE audit_event RENAME TO audit_event_plain;
CREATE TABLE audit_event (
    LIKE audit_event_plain,
    PRIMARY KEY (id),
    CONSTRAINT audit_event_salted CHECK (octet_length(salt) = 32 AND canonical <> '')
) PARTITION BY RANGE (id);
CREATE INDEX audit_event_newest ON audit_event (org_id, id DESC);
CREATE INDEX audit_event_target ON audit_event (org_id, target_type, target_id, id DESC);
CREATE TABLE audit_event_default PARTITION OF audit_event DEFAULT;

CREATE FUNCTION audit_first_id(moment timestamptz) RETURNS uuid LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT (lpad(to_hex((extract(epoch FROM moment) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
$$;

-- Makes the months from `first` to `last`; what had come into the default partition moves to its month.
CREATE FUNCTION audit_keep_partitions(first date, last date) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    month date;
    lower_id uuid;
    upper_id uuid;
    partition text;
    made integer := 0;
BEGIN
    IF last > first + interval '20 years' THEN
        RAISE EXCEPTION 'more than twenty years of partitions were asked for';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('byoc.audit.partitions', 0));
    FOR month IN SELECT generate_series(date_trunc('month', first), last, interval '1 month') LOOP
        partition := 'audit_event_' || to_char(month, 'YYYY_MM');
        CONTINUE WHEN to_regclass(partition) IS NOT NULL;
        lower_id := audit_first_id(month::timestamp AT TIME ZONE 'UTC');
        upper_id := audit_first_id((month + interval '1 month') AT TIME ZONE 'UTC');
        EXECUTE format('CREATE TABLE %I (LIKE audit_event INCLUDING ALL)', partition);
        EXECUTE format(
            'WITH late AS (DELETE FROM audit_event_default WHERE id >= %L AND id < %L RETURNING *) '
            'INSERT INTO %I SELECT * FROM late', lower_id, upper_id, partition);
        EXECUTE format(
            'ALTER TABLE audit_event ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
            partition, lower_id, upper_id);
        made := made + 1;
    END LOOP;
    RETURN made;
END $$;

SELECT audit_keep_partitions(current_date, (current_date + interval '3 months')::date);

-- What the digest covers is the whole event as JSON, with the keys of this type, in this order. The console spells
-- it; this builds it again from the columns.
CREATE TYPE audit_event_v1 AS (
    v integer, id uuid, org_id uuid, at_utc timestamp, event text, outcome text,
    actor_kind text, actor_id text, actor_label text, target_type text, target_id text, target_label text,
    project_id uuid, reason text, changes jsonb, facts jsonb, operation_id uuid, request_id text,
    session_id text, authentication text, engagement_id uuid, source text, source_ip text, user_agent text
);

CREATE FUNCTION audit_canonical(e audit_event) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT row_to_json(ROW(
        1, e.id, e.org_id, e.at AT TIME ZONE 'UTC', e.event, e.outcome,
        e.actor_kind, e.actor_id, e.actor_label, e.target_type, e.target_id, e.target_label,
        e.project_id, e.reason, e.changes, e.facts, e.operation_id, e.request_id,
        e.session_id, e.authentication, e.engagement_id, e.source, host(e.source_ip), e.user_agent
    )::audit_event_v1)::text
$$;

CREATE FUNCTION audit_link_hash(before bytea, chain uuid, seq bigint, event_id uuid, digest bytea) RETURNS bytea
LANGUAGE sql IMMUTABLE AS $$
    SELECT sha256(before || uuid_send(chain) || int8send(seq) || uuid_send(event_id) || digest)
$$;

-- At commit: the link, under the chain's lock, which is then held for the commit alone. The last link is always
-- found by the key: a plan made while the table was small would go on reading all of it.
CREATE FUNCTION audit_event_chained() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET enable_seqscan = off AS $$
DECLARE
    chain uuid := coalesce(NEW.org_id, '00000000-0000-0000-0000-000000000000');
    covered bytea := sha256(NEW.salt || convert_to(NEW.canonical, 'UTF8'));
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('byoc.audit:' || chain, 0));
    INSERT INTO audit_link (org_id, seq, event_id, digest, hash)
    SELECT chain, last.seq + 1, NEW.id, covered, audit_link_hash(last.hash, chain, last.seq + 1, NEW.id, covered)
    FROM (SELECT seq, hash FROM audit_link WHERE org_id = chain ORDER BY seq DESC LIMIT 1) AS last;
    IF NOT FOUND THEN
        INSERT INTO audit_link (org_id, seq, event_id, digest, hash) VALUES (
            chain, 1, NEW.id, covered, audit_link_hash(decode(repeat('00', 32), 'hex'), chain, 1, NEW.id, covered)
        );
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER audit_event_chained AFTER INSERT ON audit_event DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION audit_event_chained();

-- Deletes the events of the oldest links up to `through`, which the organization's retention must cover, and
-- leaves the signed tombstone that says so. The links stay.
CREATE FUNCTION audit_purge(
    chain uuid, through bigint, tombstone uuid, said text, signing_key uuid, signed bytea
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    keep integer;
    newest uuid;
    begin_seq bigint;
    gone bigint;
BEGIN
    IF chain::text IS DISTINCT FROM nullif(current_setting('byoc.org_id', true), '') THEN
        RAISE EXCEPTION 'audit_purge was called outside of the organization';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('byoc.audit.purge:' || chain, 0));
    SELECT days INTO keep FROM audit_retention WHERE org_id = chain;
    SELECT coalesce(max(through_seq), 0) + 1 INTO begin_seq FROM audit_tombstone WHERE org_id = chain;
    SELECT event_id INTO newest FROM audit_link
    WHERE org_id = chain AND seq BETWEEN begin_seq AND through ORDER BY event_id DESC LIMIT 1;
    IF keep IS NULL OR newest IS NULL OR newest >= audit_first_id(now() - make_interval(days => keep)) THEN
        RAISE EXCEPTION 'the retention of the organization does not cover link %', through;
    END IF;
    DELETE FROM audit_event WHERE id IN (
        SELECT event_id FROM audit_link WHERE org_id = chain AND seq BETWEEN begin_seq AND through
    );
    GET DIAGNOSTICS gone = ROW_COUNT;
    INSERT INTO audit_tombstone (id, org_id, from_seq, through_seq, at, statement, key_id, signature)
    VALUES (tombstone, chain, begin_seq, through, now(), said, signing_key, signed);
    RETURN gone;
END $$;

ALTER TABLE audit_link ADD CONSTRAINT audit_link_of_32_bytes
    CHECK (octet_length(digest) = 32 AND octet_length(hash) = 32);

REVOKE ALL ON FUNCTION audit_keep_partitions, audit_event_chained, audit_purge FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit_purge TO {app};
GRANT EXECUTE ON FUNCTION audit_keep_partitions TO {engine};

-- What was written before there was a chain begins it.
UPDATE audit_event_plain AS e SET
    salt = uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()),
    canonical = audit_canonical(ROW(e.*)::audit_event);
INSERT INTO audit_event SELECT * FROM audit_event_plain ORDER BY id;
SET CONSTRAINTS ALL IMMEDIATE;
DROP TABLE audit_event_plain;
