import pg from 'pg';

/** Works with the database as the owner of its tables: statistics, backups. */
export async function asOwner<T>(urls: { ownerUrl: string }, work: (owner: pg.Client) => Promise<T>): Promise<T> {
  const owner = new pg.Client({ connectionString: urls.ownerUrl });
  await owner.connect();
  try {
    return await work(owner);
  } finally {
    await owner.end();
  }
}
