import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { House } from '@mach/server/boot.ts';
import { checkSeries } from '@mach/server/postgres/archive/check.ts';
import { Series, seriesIn } from '@mach/server/postgres/archive/series.ts';
import { agrees, checkBackup, proveAudit, proveFacility, proveViews, readBackup } from '@mach/store';
import { UsageError } from './arguments.ts';
import { secretOf } from './backup-key.ts';
import type { Call } from './call.ts';

interface Line {
  facility: string;
  name: string;
  checked: number;
  faults: string[];
  line: string;
}

const LABELS: Readonly<Record<string, string>> = {
  versions: 'mọi phiên bản của mọi bản ghi',
  commands: 'mọi lệnh còn đủ những gì đã ghi',
  'audit-of-commands': 'mọi lệnh có vết kiểm toán',
  ledger: 'sổ khớp với bút toán',
  outbox: 'thông điệp còn nguyên như lúc ghi',
  'search-index': 'chỉ mục khớp với bản ghi',
  views: 'khung nhìn khớp khi dựng lại',
  'audit-chain': 'chuỗi kiểm toán nguyên vẹn',
  anchors: 'neo ngoài cơ sở dữ liệu khớp',
};

/** Everything that must hold, of every facility. Nothing is changed. */
export async function prove(house: House): Promise<{ proofs: Line[]; sound: boolean }> {
  const proofs: Line[] = [];
  for (const { tenant, code } of house.engine.allFacilities) {
    const add = (name: string, checked: number, faults: string[]): void => {
      const line = `${faults.length === 0 ? '✓' : '✗'} ${code} ${LABELS[name] ?? name}: ${checked}${
        faults.length === 0 ? '' : ` — ${faults.join('; ')}`
      }`;
      proofs.push({ facility: code, name, checked, faults, line });
    };
    const { database } = house.engine;
    for (const { name, checked, faults } of await proveFacility(database, tenant)) add(name, checked, faults);
    const definitions = [...house.engine.views.values()].map((view) => view.definition);
    const views = await proveViews(database, tenant, definitions);
    const wrong = views.filter((v) => !agrees(v)).map((v) => v.view);
    add(
      'views',
      views.reduce((sum, v) => sum + v.rows, 0),
      wrong,
    );
    const chain = await proveAudit(database.tenant(tenant));
    add('audit-chain', chain.rows, chain.broken);
    const anchored = await house.anchors.prove(tenant, code);
    add('anchors', anchored.anchors, anchored.faults);
  }
  return { proofs, sound: proofs.every((p) => p.faults.length === 0) };
}

/** `mach verify F`: reads a backup to its end without restoring it. */
async function checkFile(file: string, { words, house, out }: Call): Promise<number> {
  const { secret } = secretOf(words, house.dataDir);
  if (statSync(resolve(file)).isDirectory()) {
    const folder = seriesIn(resolve(file)).at(-1);
    if (folder === undefined) throw new UsageError(`${file}: there is no archive in this folder`);
    const found = await checkSeries(Series.open(folder, secret));
    out.result({ folder, ...found, sound: true }, [
      `✓ ${folder}: ${found.bases} bản nền, ${found.pieces} đoạn nhật ký; phục hồi được mọi lúc từ ${found.from} đến ${found.coveredUntil}`,
    ]);
    return 0;
  }
  const { reader, taken } = await readBackup(resolve(file), secret);
  const { rows, files, manifest } = await checkBackup(reader);
  out.result({ file: resolve(file), taken, rows, files, tables: manifest.tables.length, sound: true }, [
    `✓ ${resolve(file)}: chụp lúc ${taken}, ${rows} dòng trong ${manifest.tables.length} bảng, ${files} tệp`,
  ]);
  return 0;
}

/** `mach verify`: proves the data folder; `mach verify F` reads a backup to its end. */
export async function verifyHouse(call: Call): Promise<number> {
  const { house, words, out } = call;
  const file = words.positional[0];
  if (file !== undefined) return checkFile(file, call);
  const { proofs, sound } = await prove(house);
  out.result(
    { sound, proofs: proofs.map(({ line: _, ...proof }) => proof) },
    proofs.map((p) => p.line),
  );
  return sound ? 0 : 1;
}
