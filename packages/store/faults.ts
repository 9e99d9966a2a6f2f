/** Another command has changed what this one had read: read again and decide again. */
export class Conflict extends Error {
  /** The row of a view that was to be changed is not there: the next attempt writes rows whole. */
  readonly rowMissing: boolean;
  constructor(cause: unknown, rowMissing = false) {
    super('the records have changed since they were read', { cause });
    this.rowMissing = rowMissing;
  }
}

/** The idempotency key has been used: its first answer stands. */
export class DuplicateKey extends Error {
  constructor(cause: unknown) {
    super('this idempotency key has been used', { cause });
  }
}

/** A balance would fall below its floor, or a movement would be undone a second time. */
export class LedgerFloor extends Error {
  readonly constraint: string;
  constructor(cause: unknown, constraint: string) {
    super('the ledger refuses this movement', { cause });
    this.constraint = constraint;
  }
}
