"""The names that the code, the bindings and the infrastructure must agree on."""

CONNECTION = "OrdersData"  # the setting, or the prefix of the settings, that names the data account

# Queues, and where the host puts what failed too often (reference/host-triggers.md 3.3).
JOBS = "data-processing-queue"  # guide S3.1
UPLOAD_EVENTS = "upload-events"
POISON_JOBS = f"{JOBS}-poison"
POISON_UPLOAD_EVENTS = f"{UPLOAD_EVENTS}-poison"
POISON_BLOBS = "webjobs-blobtrigger-poison"  # made by the local blob trigger only
QUEUES = (JOBS, POISON_JOBS, UPLOAD_EVENTS, POISON_UPLOAD_EVENTS)

# Containers (guide S2.4, S5.1, S5.2).
UPLOADS = "uploads"
PROCESSED = "processed"
EXPORTS = "exports"
REPORTS = "reports"
TEMP = "temp"
CLAIM_CHECKS = "claim-checks"
CONTAINERS = (UPLOADS, PROCESSED, EXPORTS, REPORTS, TEMP, CLAIM_CHECKS)

# Tables, each behind the prefix that a setting chooses.
EVENTS = "events"
READ_MODELS = "readmodels"
RECORDS = "records"
EMAILS = "emails"
CIRCUITS = "circuits"
IDEMPOTENCY = "idempotency"
SANDBOX = "sandbox"
TABLES = (EVENTS, READ_MODELS, RECORDS, EMAILS, CIRCUITS, IDEMPOTENCY, SANDBOX)
