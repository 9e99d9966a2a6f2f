import { stepLine } from '@mach/server/steps.ts';
import { agrees, proveViews, rebuildViews as rebuild, type Step } from '@mach/store';
import { UsageError } from './arguments.ts';
import type { Call } from './call.ts';

/**
 * Computes each view set-based from the stored text, says how it differs from what the commands kept, and puts right what
 * does. Beside a running server one view after the other, so that commands wait for one at most.
 */
export async function rebuildViews({ house, words, out }: Call): Promise<number> {
  const wanted = words.positional[0];
  const { database, views: known } = house.engine;
  const views = [...known.values()].map((v) => v.definition).filter((v) => wanted === undefined || v.name === wanted);
  if (views.length === 0)
    throw new UsageError(`there is no view ${wanted}; views: ${[...house.engine.views.keys()].join(', ')}`);
  const onStep = (step: Step): void => {
    if (!out.json) process.stderr.write(`  ${stepLine(step)}\n`);
  };
  const proofs = [];
  const lasted: string[] = [];
  for (const { tenant, code } of house.engine.allFacilities) {
    const started = performance.now();
    const found = await proveViews(database, tenant, views, onStep);
    const wrong = new Set(found.filter((proof) => !agrees(proof)).map((proof) => proof.view));
    const due = views.filter((view) => wrong.has(view.name));
    const groups = house.attached ? due.map((view) => [view]) : due.length === 0 ? [] : [due];
    for (const group of groups) await rebuild(database, tenant, group, onStep);
    for (const proof of found) proofs.push({ facility: code, ...proof, same: agrees(proof) });
    lasted.push(`  ${code}: ${found.length} khung nhìn, ${((performance.now() - started) / 1_000).toFixed(1)} giây`);
  }
  out.result({ views: proofs }, [
    ...proofs.map(
      (p) =>
        `${p.same ? '✓' : '✗'} ${p.facility} ${p.view}: ${p.rows} dòng${p.same ? '' : ` — thiếu ${told(p.missing)}, thừa ${told(p.extra)}, khác ${told(p.different)}; đã dựng lại`}`,
    ),
    ...lasted,
  ]);
  return proofs.every((p) => p.same) ? 0 : 1;
}

/** At most 20 keys are named by a proof. */
const told = (keys: readonly string[]): string => (keys.length < 20 ? String(keys.length) : '20 trở lên');
