/** Translation by ConceptMap resources. */
import { isObject, type JsonObject } from '../json.ts';

export interface Match {
  /** R4 concept-map-equivalence, of the target to the source. */
  readonly equivalence: string;
  readonly concept: {
    readonly system?: string;
    readonly version?: string;
    readonly code?: string;
    readonly display?: string;
  };
  readonly source?: string;
  readonly comment?: string;
}

export interface Question {
  readonly system?: string;
  readonly code: string;
  readonly targetSystem?: string;
  /** From the targets back to the sources. */
  readonly reverse: boolean;
}

const list = (value: unknown): JsonObject[] => (Array.isArray(value) ? value.filter(isObject) : []);
const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const NO_MATCH = new Set(['unmatched', 'disjoint']);
/** What a relation is when it is read the other way. */
const REVERSED: Readonly<Record<string, string>> = {
  wider: 'narrower',
  narrower: 'wider',
  subsumes: 'specializes',
  specializes: 'subsumes',
};

/** Whether an answer holds a code that stands for the source. */
export function isMatched(matches: readonly Match[]): boolean {
  return matches.some((m) => !NO_MATCH.has(m.equivalence));
}

/** All targets of a code in one map, in the order of the map. */
export function translate(map: JsonObject, question: Question): Match[] {
  const url = text(map.url);
  const matches: Match[] = [];
  for (const group of list(map.group)) {
    const [from, to] = question.reverse ? [group.target, group.source] : [group.source, group.target];
    if (question.system !== undefined && from !== question.system) continue;
    if (question.targetSystem !== undefined && to !== question.targetSystem) continue;
    const head = { system: text(to), version: text(question.reverse ? group.sourceVersion : group.targetVersion) };
    const found = question.reverse ? backward(group, question.code) : forward(group, question);
    for (const { equivalence, code, display, comment } of found)
      matches.push({
        equivalence,
        concept: compact({ ...head, code, display }),
        ...(url === undefined ? {} : { source: url }),
        ...(comment === undefined ? {} : { comment }),
      });
  }
  return matches;
}

interface Found {
  equivalence: string;
  code?: string;
  display?: string;
  comment?: string;
}

function forward(group: JsonObject, question: Question): Found[] {
  const element = list(group.element).find((e) => e.code === question.code);
  const targets = list(element?.target);
  if (targets.length > 0) return targets.map((t) => found(text(t.equivalence) ?? 'equivalent', t));
  const unmapped = isObject(group.unmapped) ? group.unmapped : undefined;
  if (element || !unmapped) return [];
  if (unmapped.mode === 'provided') return [{ equivalence: 'equal', code: question.code }];
  if (unmapped.mode === 'fixed') return [found('inexact', unmapped)];
  return [];
}

function backward(group: JsonObject, code: string): Found[] {
  return list(group.element).flatMap((element) =>
    list(element.target)
      .filter((t) => t.code === code)
      .map((t) => {
        const equivalence = text(t.equivalence) ?? 'equivalent';
        return { ...found(equivalence, t), ...found(REVERSED[equivalence] ?? equivalence, element) };
      }),
  );
}

function found(equivalence: string, node: JsonObject): Found {
  const [code, display, comment] = [text(node.code), text(node.display), text(node.comment)];
  return compact({ equivalence, code, display, comment });
}

function compact<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined)) as T;
}
