import type { ServerOptions } from '@mach/server/options.ts';
import { simulateAccess } from './access.ts';
import { addUser, listModules, listPacks } from './administration.ts';
import { addApp, removeApp, showApps } from './apps.ts';
import type { Words } from './arguments.ts';
import { backup } from './backup.ts';
import type { Call } from './call.ts';
import { writeClaims } from './claims.ts';
import { drill } from './drill.ts';
import { addProvider, addScim, removeProvider, removeScim, showProviders } from './federation.ts';
import { importFiles } from './import/command.ts';
import { rotate } from './keys.ts';
import type { Output } from './output.ts';
import { acceptLoss } from './reconcile.ts';
import { restore } from './restore.ts';
import { listSettings, setSetting } from './settings.ts';
import { simulateDays } from './simulate.ts';
import { resetUser } from './user-reset.ts';
import { verifyHouse } from './verify.ts';
import { rebuildViews } from './views.ts';

export interface CliCommand {
  words: readonly string[];
  usage: string;
  help: string;
  flags: Readonly<Record<string, 'string' | 'boolean'>>;
  /** What a first run of this command on an empty data folder sets up; the environment's choice otherwise. */
  demo?: 'accounts' | '0';
  run(call: Call): Promise<number>;
  /** Instead of `run`, for what works on a data folder that holds no house yet. */
  bare?(options: ServerOptions, words: Words, out: Output): Promise<number>;
}

export const COMMANDS: readonly CliCommand[] = [
  {
    words: ['up'],
    usage: 'mach up',
    help: 'serves the platform (the same as npm start)',
    flags: {},
    run: async () => 0,
  },
  {
    words: ['import'],
    usage: 'mach import FILE… [--json]',
    help: 'takes in FHIR bundles and NDJSON, plain or gzipped',
    flags: { facility: 'string' },
    demo: 'accounts',
    run: importFiles,
  },
  {
    words: ['simulate'],
    usage: 'mach simulate [--days N] [--seed S] [--visits V] [--from yyyy-MM-dd] [--json]',
    help: 'the demo hospital works for N days through the real commands (30 days × 200 visits, seed 1)',
    flags: { days: 'string', seed: 'string', visits: 'string', from: 'string' },
    demo: 'accounts',
    run: simulateDays,
  },
  {
    words: ['views', 'rebuild'],
    usage: 'mach views rebuild [NAME] [--json]',
    help: 'computes views anew and compares them row by row',
    flags: {},
    run: rebuildViews,
  },
  {
    words: ['claims', 'export'],
    usage: 'mach claims export --from D --to D --out DIR [--json]',
    help: 'claim files of the visits that ended in the period',
    flags: { from: 'string', to: 'string', out: 'string' },
    run: writeClaims,
  },
  {
    words: ['backup'],
    usage: 'mach backup --out FILE | --base [--key FILE] [--json]',
    help: 'everything in one sealed file, or a base backup into MACH_BACKUP, while others go on working',
    flags: { out: 'string', key: 'string', base: 'boolean' },
    demo: '0',
    run: backup,
  },
  {
    words: ['restore'],
    usage: 'mach restore FILE|FOLDER [--until 2026-11-22T10:15:00+07:00] [--lost-until T] [--key FILE] [--json]',
    help: 'a backup into an empty data folder, from a folder to any instant; then everything is proved',
    flags: { key: 'string', until: 'string', 'lost-until': 'string' },
    run: async () => 1,
    bare: restore,
  },
  {
    words: ['reconcile'],
    usage: 'mach reconcile [--show] [--lost-until 2026-11-22T10:15:00+07:00] [--json]',
    help: 'accepts that the newest part of the data is lost: numbers, feed and messages go on behind it; --show: what the last restore left to do',
    flags: { 'lost-until': 'string', show: 'boolean' },
    demo: '0',
    run: acceptLoss,
  },
  {
    words: ['drill'],
    usage: 'mach drill [--key FILE] [--json]',
    help: 'restores the newest backup beside the running house, proves it, compares it, and removes it again',
    flags: { key: 'string' },
    demo: '0',
    run: drill,
  },
  {
    words: ['verify'],
    usage: 'mach verify [FILE|FOLDER] [--key FILE] [--json]',
    help: 'proves versions, commands, ledgers, index, views and the audit chain; with FILE, that a backup is whole',
    flags: { key: 'string' },
    demo: '0',
    run: verifyHouse,
  },
  {
    words: ['app', 'add'],
    usage:
      'mach app add --id I --name N --scopes "S S" [--kind public|confidential|backend] [--redirect URL,URL] [--launch URL] [--jwks FILE|URL]',
    help: 'registers an app (SMART, OpenID Connect, backend service), or changes its registration',
    flags: {
      id: 'string',
      name: 'string',
      scopes: 'string',
      kind: 'string',
      redirect: 'string',
      launch: 'string',
      jwks: 'string',
      facility: 'string',
    },
    run: addApp,
  },
  {
    words: ['app', 'list'],
    usage: 'mach app list [--facility F]',
    help: 'registered apps',
    flags: { facility: 'string' },
    run: showApps,
  },
  {
    words: ['app', 'end'],
    usage: 'mach app end --id I [--facility F]',
    help: 'ends an app at once, with all its tokens',
    flags: { id: 'string', facility: 'string' },
    run: removeApp,
  },
  {
    words: ['provider', 'add'],
    usage:
      'mach provider add --id I --name N --issuer URL --client C [--secret-file F | --public] [--scopes "openid …"] [--factors otp,hwk] [--login-claim preferred_username] [--facility F]',
    help: 'an OpenID provider by which people sign in, or a change of it',
    flags: {
      id: 'string',
      name: 'string',
      issuer: 'string',
      client: 'string',
      'secret-file': 'string',
      public: 'boolean',
      scopes: 'string',
      factors: 'string',
      'login-claim': 'string',
      facility: 'string',
    },
    run: addProvider,
  },
  {
    words: ['provider', 'list'],
    usage: 'mach provider list [--facility F]',
    help: 'OpenID providers in use',
    flags: { facility: 'string' },
    run: showProviders,
  },
  {
    words: ['provider', 'end'],
    usage: 'mach provider end --id I [--facility F]',
    help: 'nobody signs in by it any more',
    flags: { id: 'string', facility: 'string' },
    run: removeProvider,
  },
  {
    words: ['scim', 'add'],
    usage: 'mach scim add --id I [--provider P] [--default-role R] [--facility F]',
    help: 'a program that keeps the staff list (SCIM 2); its token is shown once',
    flags: { id: 'string', provider: 'string', 'default-role': 'string', facility: 'string' },
    run: addScim,
  },
  {
    words: ['scim', 'end'],
    usage: 'mach scim end --id I [--facility F]',
    help: 'ends the token of such a program',
    flags: { id: 'string', facility: 'string' },
    run: removeScim,
  },
  {
    words: ['keys', 'rotate'],
    usage: 'mach keys rotate [--data] [--json]',
    help: 'a new key file; with --data (server stopped) every sealed secret is sealed anew',
    flags: { data: 'boolean' },
    run: rotate,
  },
  {
    words: ['setting', 'list'],
    usage: 'mach setting list [--facility F] [--json]',
    help: 'the settings of a facility; secrets in them are never shown',
    flags: { facility: 'string' },
    run: listSettings,
  },
  {
    words: ['setting', 'set'],
    usage: 'mach setting set KEY --file VALUE.json [--facility F] [--json]',
    help: 'a setting of a facility; secrets in it are sealed before they reach the database',
    flags: { file: 'string', facility: 'string' },
    run: setSetting,
  },
  {
    words: ['user', 'add'],
    usage: 'mach user add --account A --name N --role R [--password P] [--facility F]',
    help: 'a person who may sign in',
    flags: {
      account: 'string',
      name: 'string',
      role: 'string',
      password: 'string',
      facility: 'string',
      practitioner: 'string',
    },
    run: addUser,
  },
  {
    words: ['user', 'reset'],
    usage: 'mach user reset --account A --reason R [--factors] [--json]',
    help: 'a one-time code for somebody who cannot sign in; ends all sessions, --factors removes second factors',
    flags: { account: 'string', reason: 'string', factors: 'boolean' },
    run: resetUser,
  },
  {
    words: ['access', 'simulate'],
    usage: 'mach access simulate --policy P [--days N] [--json]',
    help: 'who would have lost or gained what in the last days (7) under another access policy; changes nothing',
    flags: { policy: 'string', days: 'string' },
    run: simulateAccess,
  },
  {
    words: ['module', 'list'],
    usage: 'mach module list',
    help: 'modules with their commands and views',
    flags: {},
    run: listModules,
  },
  {
    words: ['rulepack', 'list'],
    usage: 'mach rulepack list',
    help: 'rule packs with editions, dates and certainty',
    flags: {},
    run: listPacks,
  },
];
