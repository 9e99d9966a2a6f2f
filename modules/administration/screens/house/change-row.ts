/** Row of `administration.changes`. */
export interface ChangeRow {
  readonly key: string;
  readonly title: string | null;
  readonly kind: string | null;
  readonly status: string | null;
  readonly subjects: string | null;
  readonly document: string | null;
  readonly reason: string | null;
  readonly from: string | null;
  readonly to: string | null;
  readonly endedFrom: string | null;
  readonly proposedBy: string | null;
  readonly proposedByName: string | null;
  readonly proposedAt: string | null;
  readonly decidedByName: string | null;
  readonly decidedAt: string | null;
  readonly note: string | null;
}
