import { proveView, rebuildView } from '@mach/store';
import { UsageError } from './arguments.ts';
import type { Call } from './call.ts';

/** Computes each view set-based from the stored text, says how it differs from what the commands kept, and replaces it. */
export async function rebuildViews({ house, words, out }: Call): Promise<number> {
  const wanted = words.positional[0];
  const views = [...house.engine.views.values()]
    .map((v) => v.definition)
    .filter((v) => wanted === undefined || v.name === wanted);
  if (views.length === 0)
    throw new UsageError(`there is no view ${wanted}; views: ${[...house.engine.views.keys()].join(', ')}`);
  const proofs = [];
  for (const { tenant, code } of house.engine.allFacilities)
    for (const view of views) {
      const started = performance.now();
      const proof = await proveView(house.engine.database, tenant, view);
      const same = proof.missing.length + proof.extra.length + proof.different.length === 0;
      if (!same) await rebuildView(house.engine.database, tenant, view);
      proofs.push({ facility: code, ...proof, same, ms: Math.round(performance.now() - started) });
    }
  out.result(
    { views: proofs },
    proofs.map(
      (p) =>
        `${p.same ? '✓' : '✗'} ${p.facility} ${p.view}: ${p.rows} dòng, ${p.ms} ms${p.same ? '' : ` — thiếu ${p.missing.length}, thừa ${p.extra.length}, khác ${p.different.length}; đã dựng lại`}`,
    ),
  );
  return proofs.every((p) => p.same) ? 0 : 1;
}
