-- The log of the runs: a run's state is the fold of its events.
create table event (
    position integer primary key,
    run_id   text    not null,
    seq      integer not null check (seq >= 1),
    text     text    not null,
    unique (run_id, seq)
) strict;

create trigger event_has_no_gap before insert on event
when new.seq > 1 and not exists (select 1 from event where run_id = new.run_id and seq = new.seq - 1)
begin
    select raise(abort, 'the event before it is missing');
end;

create trigger event_is_never_changed before update on event
begin
    select raise(abort, 'events are never changed');
end;

create trigger event_is_never_deleted before delete on event
begin
    select raise(abort, 'events are never deleted');
end;

-- Who belongs to the federation. Times are milliseconds since 1970-01-01 UTC.
create table node (
    node_id     text    primary key,
    public_key  blob    not null check (length(public_key) = 32),
    enrolled_at integer not null,
    revoked_at  integer
) strict;

-- Only the SHA-256 of a join secret is kept. used_by is the key that used it up; superseded is 1 once the node enrolled with
-- another secret or was revoked after this one was made.
create table join_secret (
    secret_hash blob    primary key check (length(secret_hash) = 32),
    node_id     text    not null,
    expires_at  integer not null,
    used_by     blob,
    superseded  integer not null default 0 check (superseded in (0, 1))
) strict;

create index join_secret_of_node on join_secret (node_id);
