import { text } from 'node:stream/consumers';
import { type Migration, migrate } from '@mach/store';
import { asOwner } from '../owner.ts';

/* `node migrator.ts OWNER_URL < migrations.json`: brings a database forward, until it is killed. */

const [ownerUrl] = process.argv.slice(2);
if (!ownerUrl) throw new Error('usage: migrator.ts OWNER_URL');
const migrations = JSON.parse(await text(process.stdin)) as Migration[];
await asOwner({ ownerUrl }, (owner) => migrate(owner, migrations));
