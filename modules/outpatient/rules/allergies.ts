import { foldText } from '@mach/base/fold.ts';
import type { AllergyIntolerance, Patient } from '@mach/fhir/types.ts';
import { ingredientKey } from '@mach/vn/clinical/ingredient.ts';
import type { PrescribingRules } from '@mach/vn/clinical/prescribing.ts';
import type { Allergy } from '@mach/vn/clinical/prescribing-types.ts';
import { CS, EXT } from '@mach/vn/systems.ts';
import type { AllergyState } from '../contract.ts';

/** "No known allergy (situation)". */
export const NO_KNOWN_ALLERGY = '716186003';

const CLINICAL = 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical';
const VERIFICATION = 'http://terminology.hl7.org/CodeSystem/allergyintolerance-verification';

export const clinicalStatus = (code: 'active' | 'inactive') => ({ coding: [{ system: CLINICAL, code }] });
export const verificationStatus = (code: 'confirmed' | 'unconfirmed' | 'refuted') => ({
  coding: [{ system: VERIFICATION, code }],
});

/** Words with which people name a group and that are no part of its name. */
const GROUP_WORDS = /^(cac |nhom |thuoc |khang sinh |ho )+/;
/** Reactions that make an allergy severe, folded. */
const SEVERE =
  /phan ve|soc|shock|anaphyla|stevens|johnson|lyell|hoai tu thuong bi|dress|phu mach|quincke|angio-?o?edema|phu thanh quan|tut huyet ap|co that phe quan|bronchospasm|ngung (?:tim|tho|tuan hoan)/;

/**
 * The key under which the checks know a substance: an ingredient in INN spelling, or the code of a class
 * ("Nhóm penicilin" → `penicillin`). Always a key: what nobody knows is compared by its own words.
 */
export function substanceKey(
  text: string,
  rules: Pick<PrescribingRules, 'aliases' | 'classes'>,
  known: ReadonlySet<string>,
): { key: string; recognised: boolean } {
  const key = ingredientKey(text, rules.aliases);
  if (known.has(key) || rules.classes.some((c) => c.code === key || c.members.includes(key)))
    return { key, recognised: true };
  const folded = foldText(text).replace(GROUP_WORDS, '');
  const group = rules.classes.find((c) =>
    [c.code.replaceAll('-', ' '), c.name.vi, c.name.en].some((name) => {
      const short = foldText(name).replace(GROUP_WORDS, '');
      return short === folded || short === `${folded}s`;
    }),
  );
  if (group) return { key: group.code, recognised: true };
  const named = ingredientIn(text, rules, known);
  return named === undefined ? { key, recognised: false } : { key: named, recognised: true };
}

/** Words that an ingredient's name has at most. */
const LONGEST_NAME = 4;

/** The first ingredient that stands among other words ("thuốc amoxicillin 500 mg"), by its longest name. */
function ingredientIn(
  text: string,
  rules: Pick<PrescribingRules, 'aliases' | 'classes'>,
  known: ReadonlySet<string>,
): string | undefined {
  const words = text.split(/[\s,;:+/()]+/).filter((word) => word !== '');
  for (let at = 0; at < words.length; at++)
    for (let length = Math.min(LONGEST_NAME, words.length - at); length > 0; length--) {
      const key = ingredientKey(words.slice(at, at + length).join(' '), rules.aliases);
      if (known.has(key) || rules.classes.some((c) => c.members.includes(key))) return key;
    }
  return undefined;
}

export const isNoneKnown = (a: AllergyIntolerance): boolean =>
  a.code?.coding?.some((c) => c.system === CS.snomed && c.code === NO_KNOWN_ALLERGY) ?? false;

const coded = (concept: { coding?: { code?: string }[] } | undefined): string | undefined => concept?.coding?.[0]?.code;

/** Stands now: neither refuted, nor entered in error, nor over. */
export const isStanding = (a: AllergyIntolerance): boolean =>
  !['refuted', 'entered-in-error'].includes(coded(a.verificationStatus) ?? '') &&
  !['inactive', 'resolved'].includes(coded(a.clinicalStatus) ?? '');

export const isActiveAllergy = (a: AllergyIntolerance): boolean => isStanding(a) && !isNoneKnown(a);

export function stateOf(all: readonly AllergyIntolerance[]): AllergyState | null {
  if (all.some(isActiveAllergy)) return 'known';
  return all.some((a) => isStanding(a) && isNoneKnown(a)) ? 'none' : null;
}

export function withAllergyState<P extends Patient>(patient: P, state: AllergyState | null): P {
  const others = (patient.extension ?? []).filter((e) => e.url !== EXT.allergyState);
  const extension = state === null ? others : [...others, { url: EXT.allergyState, valueCode: state }];
  return { ...patient, extension: extension.length > 0 ? extension : undefined };
}

export const allergyStateOf = (patient: Patient): string | undefined =>
  patient.extension?.find((e) => e.url === EXT.allergyState)?.valueCode;

/** The allergy as the prescription checks take it. */
export function toCheck(
  a: AllergyIntolerance,
  rules: Pick<PrescribingRules, 'aliases' | 'classes'>,
  known: ReadonlySet<string>,
): Allergy {
  const coding = a.code?.coding?.find((c) => c.system === CS.ingredient);
  const display = a.code?.text ?? coding?.display ?? a.code?.coding?.[0]?.display ?? '';
  const reactions = (a.reaction ?? []).flatMap((r) => [
    r.description ?? '',
    ...r.manifestation.map((m) => m.text ?? m.coding?.[0]?.display ?? ''),
  ]);
  const text = reactions.filter((r) => r !== '').join(', ');
  const severe =
    a.criticality === 'high' || (a.reaction ?? []).some((r) => r.severity === 'severe') || SEVERE.test(foldText(text));
  return {
    substance: coding?.code ?? substanceKey(display, rules, known).key,
    display,
    severe,
    reaction: text === '' ? undefined : text,
  };
}
