export type Row = Record<string, unknown>;
export interface Query {
  name?: string;
  text: string;
  values?: unknown[];
}

/** What runs a query: a pool (own transaction each) or one client inside a transaction. */
export interface Queryable {
  query<R extends Row = Row>(query: Query): Promise<{ rows: R[]; rowCount: number | null }>;
}
