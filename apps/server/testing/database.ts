import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type pg from 'pg';
import { migrationFolders, sqlFiles } from '../migrations.ts';
import { limitDatabase, withClient } from '../postgres/roles.ts';
import { type Address, changeUrl, urlToAddress } from '../postgres/url.ts';
import { testServer } from './server.ts';

export interface TestDatabase {
  name: string;
  /** Role that owns the tables: for migrations and for looking past row-level security. */
  ownerUrl: string;
  owner: Address;
  /** Role that the application works as. */
  appUrl: string;
  app: Address;
  /** Removes the database, cutting what is still connected. Done by itself at the end of the test that was passed in. */
  drop(): Promise<void>;
}

export interface TestDatabaseOptions {
  /**
   * Brings the template forward; by default every package's and module's migrations, the store's first. A different
   * function gives a different template.
   */
  migrate?: (owner: pg.Client) => Promise<unknown>;
}

/** Every migration of the tree, applied by the store's own runner. */
async function migrateAll(owner: pg.Client): Promise<void> {
  const { migrate, readMigrations } = await import('@mach/store/migrate.ts');
  const all = await Promise.all(migrationFolders().map(({ owner: name, folder }) => readMigrations(name, folder)));
  await migrate(owner, all.flat());
}

/** Names a template by everything that shapes it: an edited migration gives another template. */
function templateName(migrate: TestDatabaseOptions['migrate']): string {
  const hash = createHash('sha256').update(migrate ? String(migrate) : 'all');
  for (const { owner, folder } of migrationFolders())
    for (const file of sqlFiles(folder)) hash.update(`\0${owner}/${file}\0`).update(readFileSync(join(folder, file)));
  return `template_${hash.digest('hex').slice(0, 16)}`;
}

/** Makes the template once, whoever comes first; the others wait at the lock. */
async function ensureTemplate(
  superuserUrl: string,
  name: string,
  migrate: (owner: pg.Client) => Promise<unknown>,
): Promise<void> {
  await withClient(superuserUrl, async (client) => {
    const made = async (): Promise<boolean> =>
      (await client.query('select from pg_database where datname = $1', [name])).rowCount === 1;
    if (await made()) return;
    await client.query('select pg_advisory_lock(hashtext($1))', [name]);
    if (await made()) return;
    // It gets its name only when it is complete.
    const draft = `${name}_draft`;
    await client.query(`drop database if exists ${draft}`);
    await client.query(`create database ${draft} owner mach_owner`);
    await limitDatabase(client, draft);
    await withClient(changeUrl(superuserUrl, { database: draft, user: 'mach_owner' }), migrate);
    await client.query(`alter database ${draft} rename to ${name}`);
  });
}

const ready = new Map<string, Promise<void>>();

/**
 * A fresh, migrated database on the test run's shared PostgreSQL: a copy of a template, in about 50 ms.
 * @param test removes the database when this test (or suite's hook context) ends
 */
export async function testDatabase(
  test?: Pick<TestContext, 'after'>,
  options: TestDatabaseOptions = {},
): Promise<TestDatabase> {
  const { superuserUrl } = await testServer();
  const template = templateName(options.migrate);
  const making = ready.get(template) ?? ensureTemplate(superuserUrl, template, options.migrate ?? migrateAll);
  ready.set(template, making);
  await making;
  // The time in the name lets the server's keeper remove what a killed test left.
  const name = `test_${Math.floor(Date.now() / 1000).toString(36)}_${randomBytes(4).toString('hex')}`;
  await withClient(superuserUrl, async (client) => {
    // Copying files takes an eighth of the time of logging them, as nothing is forced to the disk here.
    await client.query(`create database ${name} owner mach_owner template ${template} strategy file_copy`);
    await limitDatabase(client, name);
  });
  const ownerUrl = changeUrl(superuserUrl, { database: name, user: 'mach_owner' });
  const appUrl = changeUrl(superuserUrl, { database: name, user: 'mach_app' });
  const drop = (): Promise<void> =>
    withClient(
      superuserUrl,
      async (client) => void (await client.query(`drop database if exists ${name} with (force)`)),
    );
  test?.after(drop);
  return { name, ownerUrl, owner: urlToAddress(ownerUrl), appUrl, app: urlToAddress(appUrl), drop };
}
