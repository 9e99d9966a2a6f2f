import { UsageError } from '../arguments.ts';
import type { Call } from '../call.ts';
import { importAll } from './import.ts';

/** `mach import FILE…` */
export async function importFiles({ house, words, out }: Call): Promise<number> {
  if (words.positional.length === 0) throw new UsageError('name at least one file');
  const facilities = house.engine.allFacilities;
  const facility =
    words.flags.facility === undefined ? facilities[0] : facilities.find((f) => f.code === words.flags.facility);
  if (!facility) throw new UsageError('this data folder has no facility yet');
  const actor = house.engine.systemActor(facility.tenant, 'import', ['importer']);
  const started = Date.now();
  const report = await importAll(house.engine, actor, words.positional, (done) =>
    out.progress('Nhập', done, null, started),
  );
  const targets = new Set(report.dangling.map((d) => d.to)).size;
  out.result(report, [
    `Đọc ${report.read} · mới ${report.created} · cập nhật ${report.updated} · từ chối ${report.refused.length} · tham chiếu treo ${report.dangling.length} (${targets} đích)`,
    ...report.refused
      .slice(0, 50)
      .map(
        (r) => `  ✗ ${r.resource} (${r.where}): ${r.reasons.map((x) => `${x.field ?? ''} ${x.vi}`.trim()).join('; ')}`,
      ),
    ...(report.refused.length > 50 ? [`  … và ${report.refused.length - 50} nữa (--json cho đủ)`] : []),
    ...report.dangling.slice(0, 10).map((d) => `  ⚠ ${d.from} ${d.field} → ${d.to} không có`),
    ...(report.dangling.length > 10
      ? [`  … và ${report.dangling.length - 10} tham chiếu treo nữa (--json cho đủ)`]
      : []),
  ]);
  return report.refused.length === 0 ? 0 : 1;
}
