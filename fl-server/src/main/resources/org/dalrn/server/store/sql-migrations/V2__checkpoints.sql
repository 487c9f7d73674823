-- What the coordinator has signed about a run's log: so many events, and the root of their receipts' Merkle tree
-- (docs/receipts.md). The note is the signed text as others get it.
create table checkpoint (
    run_id text    not null,
    size   integer not null check (size >= 1),
    root   blob    not null check (length(root) = 32),
    note   text    not null,
    primary key (run_id, size)
) strict;

create trigger checkpoint_only_grows before insert on checkpoint
when exists (select 1 from checkpoint where run_id = new.run_id and size >= new.size)
begin
    select raise(abort, 'a checkpoint of this size or a larger one is there');
end;

create trigger checkpoint_has_its_events before insert on checkpoint
when not exists (select 1 from event where run_id = new.run_id and seq = new.size)
begin
    select raise(abort, 'the last event of the checkpoint is missing');
end;

create trigger checkpoint_is_never_changed before update on checkpoint
begin
    select raise(abort, 'checkpoints are never changed');
end;

create trigger checkpoint_is_never_deleted before delete on checkpoint
begin
    select raise(abort, 'checkpoints are never deleted');
end;

-- The lines that witnesses put below a checkpoint's note (docs/witness.md), verified before they came here.
create table cosignature (
    run_id text    not null,
    size   integer not null,
    line   text    not null,
    primary key (run_id, size, line)
) strict;

create trigger cosignature_has_its_checkpoint before insert on cosignature
when not exists (select 1 from checkpoint where run_id = new.run_id and size = new.size)
begin
    select raise(abort, 'the checkpoint is missing');
end;

create trigger cosignature_is_never_changed before update on cosignature
begin
    select raise(abort, 'cosignatures are never changed');
end;

create trigger cosignature_is_never_deleted before delete on cosignature
begin
    select raise(abort, 'cosignatures are never deleted');
end;
