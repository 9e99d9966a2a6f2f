import type { Bundle, Observation } from '@mach/fhir/types.ts';
import { request } from '@mach/ui';
import { kilograms } from '@mach/vn/clinical/weight.ts';
import { useEffect, useState } from 'react';

export interface Weight {
  /** kg. */
  readonly value: string;
  readonly at: string;
}

/** `unknown`: nobody has weighed the person; `failed`: it could not be asked. */
export type KnownWeight = Weight | 'loading' | 'unknown' | 'failed';

/** LOINC body weight. */
const WEIGHT = 'http://loinc.org|29463-7';
const STANDING: readonly string[] = ['final', 'amended', 'corrected'];
/** Enough to get past values that were withdrawn. */
const NEWEST = 5;

async function ask(patient: string, signal: AbortSignal): Promise<KnownWeight> {
  const query = new URLSearchParams({ patient, code: WEIGHT, _sort: '-date', _count: String(NEWEST) });
  const found = await request<Bundle>(`/fhir/Observation?${query}`, { signal });
  for (const { resource } of found.entry ?? []) {
    const { status, valueQuantity, effectiveDateTime } = resource as Observation;
    const value = kilograms(valueQuantity);
    if (value !== undefined && effectiveDateTime !== undefined && STANDING.includes(status))
      return { value: value.toString(), at: effectiveDateTime };
  }
  return 'unknown';
}

/** The last weight of a person: a dose for a child is looked at against it. */
export function useWeight(patient: string): KnownWeight {
  const [weight, setWeight] = useState<KnownWeight>('loading');
  useEffect(() => {
    const stop = new AbortController();
    setWeight('loading');
    ask(patient, stop.signal)
      .catch(() => 'failed' as const)
      .then((found) => {
        if (!stop.signal.aborted) setWeight(found);
      });
    return () => stop.abort();
  }, [patient]);
  return weight;
}
