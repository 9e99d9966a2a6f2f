/** One raw write of a request. `ifVersion`: only where this version still stands. */
export type Write =
  | { op: 'create'; resource: unknown; id?: string }
  | { op: 'put'; resource: unknown; ifVersion?: number }
  | { op: 'delete'; type: string; id: string; ifVersion?: number };
