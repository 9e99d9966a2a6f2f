import { ACCESS_PACK, type AccessPack } from '@mach/engine/policy/rules.ts';
import { type Simulation, simulate } from '@mach/engine/policy/simulate.ts';
import { countFlag, textFlag, UsageError } from './arguments.ts';
import type { Call } from './call.ts';

/** People who are named in the lines for people; `--json` has all. */
const SHOWN = 30;

/** `mach access simulate --policy P --days N`: who would have lost or gained what. Changes nothing. */
export async function simulateAccess({ house, words, out }: Call): Promise<number> {
  const { engine } = house;
  const policy = textFlag(words, 'policy');
  const days = countFlag(words, 'days', 7);
  const { policies } = engine.packs.at<AccessPack>(ACCESS_PACK, engine.clock.now().toISOString()).data;
  if (!policies[policy]) throw new UsageError(`--policy: ${Object.keys(policies).join(', ')}`);
  const results: { facility: string; simulation: Simulation }[] = [];
  for (const { tenant, code } of engine.allFacilities)
    results.push({ facility: code, simulation: await simulate(engine, tenant, policy, days) });
  out.result(
    { facilities: results },
    results.flatMap(({ facility, simulation }) => linesOf(facility, simulation)),
  );
  return 0;
}

function linesOf(facility: string, s: Simulation): string[] {
  const changed = s.people.filter((p) => p.lost + p.gained > 0);
  return [
    `Cơ sở ${facility}, chính sách "${s.policy}": xem lại ${s.replayed} lượt của ${s.people.length} người (bỏ qua ${s.skipped})`,
    ...changed
      .slice(0, SHOWN)
      .map(
        (p) =>
          `  ${p.actor} (${p.roles.join(', ')}): mất ${p.lost} lượt/${p.patientsLost} người bệnh, thêm ${p.gained}/${p.patientsGained} · ${p.rules.join(', ')}`,
      ),
    ...(changed.length > SHOWN ? [`  … và ${changed.length - SHOWN} người nữa (--json cho đủ)`] : []),
    ...(changed.length === 0 ? ['  Không ai mất hay thêm gì.'] : []),
    ...s.lost
      .slice(0, 5)
      .map((d) => `  ví dụ mất: ${d.at} ${d.actor} ${d.action} ${d.record ?? ''} ← ${d.rules.join(', ')}`),
  ];
}
