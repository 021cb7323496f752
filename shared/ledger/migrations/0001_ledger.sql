-- The ledger: who sent which photo, and what became of it.

create table owners (
    id uuid primary key,
    name text not null unique,
    created_at timestamptz not null default now()
);

-- A key is random and long, so a plain SHA-256 of it is as good as a slow hash and costs no login time.
create table keys (
    id uuid primary key,
    owner_id uuid not null references owners,
    digest bytea not null unique,
    hint text not null,  -- the first characters, to tell keys apart in a list
    created_at timestamptz not null default now(),
    revoked_at timestamptz
);

-- Every model that ever answered, with its bundle (classes, input, metrics) but not its weights.
create table models (
    id uuid primary key,
    name text not null,
    version text not null,
    digest text not null,  -- SHA-256 of the weights, hexadecimal
    source text not null,  -- the reference that workers load it by
    bundle jsonb not null,
    registered_at timestamptz not null default now(),
    unique (name, version, digest)
);

-- At most one row: the model that workers are to run.
create table active_model (
    one boolean primary key default true check (one),
    source text not null,
    promoted_at timestamptz not null default now()
);

create table batches (
    id uuid primary key,
    owner_id uuid not null references owners,
    name text,
    lane text not null check (lane in ('interactive', 'bulk')),
    top_k smallint not null check (top_k > 0),
    listed boolean not null,  -- false for the batch of one that a single classify call makes
    -- Counts change only together with the rows they count, in one transaction.
    accepted integer not null default 0,
    queued integer not null default 0 check (queued >= 0),
    done integer not null default 0 check (done >= 0),
    failed integer not null default 0 check (failed >= 0),
    last_seq bigint not null default 0,
    model_id uuid references models,  -- of the latest answer
    created_at timestamptz not null default now(),
    closed_at timestamptz,
    finished_at timestamptz,
    check (accepted = queued + done + failed),
    check (finished_at is null or (closed_at is not null and queued = 0))
);
create index batches_of_owner on batches (owner_id, id desc) where listed;
create index batches_with_backlog on batches (id) where queued > 0;

-- The bytes of one picture of one owner, however many photos show it.
create table blobs (
    id uuid primary key,  -- also its key in object storage
    owner_id uuid not null references owners,
    sha256 bytea not null,
    size bigint not null,
    created_at timestamptz not null default now(),
    stored_at timestamptz,  -- null until the bytes are known to be there
    unique (owner_id, sha256)
);
create index blobs_pending on blobs (created_at) where stored_at is null;

create table photos (
    id uuid primary key,
    batch_id uuid not null references batches on delete cascade,
    blob_id uuid not null references blobs,
    name text not null,
    lane text not null,  -- the batch's, repeated so that the outbox index can order by it
    state text not null check (state in ('uploading', 'queued', 'done', 'failed')),
    seq bigint,
    queued_at timestamptz,
    published_at timestamptz,  -- when the broker confirmed its message
    predictions jsonb,
    bird_probability real,
    width integer,
    height integer,
    taken_at timestamptz,
    latitude double precision,
    longitude double precision,
    model_id uuid references models,
    error_code text,
    error_detail text,
    finished_at timestamptz,
    corrected_species text,
    corrected_at timestamptz,
    unique (batch_id, blob_id, name),
    unique (batch_id, seq),
    check ((state in ('done', 'failed')) = (seq is not null)),
    check ((state = 'failed') = (error_code is not null))
);
create index photos_unpublished on photos (lane, queued_at) where state = 'queued' and published_at is null;
create index photos_published on photos (lane, published_at) where state = 'queued' and published_at is not null;
create index photos_of_blob on photos (blob_id);

-- Objects to be removed from object storage; a row goes only after its object is gone.
create table garbage (
    blob_id uuid primary key,
    created_at timestamptz not null default now()
);
