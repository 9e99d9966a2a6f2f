import type { Problem } from '@mach/base/problem.ts';
import { ruledOut, rulesText } from '@mach/engine/policy/limited-policy.ts';
import type { Limited } from '@mach/engine/policy/service.ts';
import { type SearchParam, searchParams } from '@mach/fhir/search-definitions.ts';
import type { Include, SearchFilter, SearchQuery } from '@mach/fhir/search-syntax.ts';
import { searchRecords } from '@mach/store';
import { hintRules } from './access.ts';
import { type FhirCall, notFound } from './exchange.ts';

/**
 * A record that is not there, or not for the one who asks: the answer is the same, and says which rules there are. What
 * is open to everybody with this role is simply not there.
 */
export function unseen(call: FhirCall, type: string, id: string): Problem {
  const problem = notFound(type, id);
  const { limited } = call;
  const [issue] = problem.issues;
  if (!limited || !issue) return problem;
  const rules = hintRules(limited, type);
  if (rules.length === 0) return problem;
  const { text, remedy } = rulesText(limited.access, rules);
  issue.remedy = {
    vi: `Hoặc có nhưng không mở cho bạn (${rules.join(', ')}): ${text.vi}. ${remedy.vi}.`,
    en: `Or it is there and not open to you (${rules.join(', ')}): ${text.en}. ${remedy.en}.`,
  };
  return problem;
}

/**
 * Elements that are hidden may not be searched, sorted or followed by either: what is found would tell what they hold.
 * @throws Problem 403 that names the rule
 */
export function requireOpenParams(call: FhirCall, type: string | null, query: SearchQuery): void {
  const { limited } = call;
  if (!limited) return;
  const hidden = new Hidden(limited);
  for (const filter of query.filters) hidden.filter(filter, type);
  for (const key of query.sort) if (type !== null) hidden.param(type, key.param);
  for (const include of [...query.include, ...query.revinclude]) hidden.include(include);
}

class Hidden {
  private readonly limited: Limited;
  constructor(limited: Limited) {
    this.limited = limited;
  }

  filter(filter: SearchFilter, type: string | null): void {
    switch (filter.kind) {
      case 'words':
        if (type !== null) this.words(type);
        else for (const one of this.hiding()) this.words(one);
        return;
      case 'chain':
        this.param(filter.type, filter.param);
        for (const target of filter.targets) this.filter(target.filter, target.type);
        return;
      case 'has':
        this.param(filter.source, filter.param);
        this.filter(filter.filter, filter.source);
        return;
      case 'values':
      case 'missing':
        this.param(filter.type, filter.param);
        if (filter.kind === 'values' && filter.modifier === 'text') this.words(filter.type);
        return;
      case 'group':
        for (const inner of filter.filters) this.filter(inner, type);
        return;
      case 'compartment':
        for (const param of filter.params) if (type !== null) this.param(type, param);
        return;
      default:
        return;
    }
  }

  include({ source, param }: Include): void {
    if (source === '*') return;
    const followed = param ? [param] : [...searchParams(source).values()].filter((p) => p.type === 'reference');
    for (const one of followed) this.param(source, one);
  }

  param(type: string, param: SearchParam): void {
    const elements = this.limited.access.hiddenElements(type);
    if (elements.length === 0) return;
    const parts = [param.expression, ...param.components.map((c) => c.expression)].join(' | ');
    const touched = elements.find((name) => new RegExp(`\\b${name}\\b`).test(parts));
    if (touched !== undefined) throw this.refusal(`${type}.${touched}`);
  }

  private words(type: string): void {
    if (this.limited.access.hiddenElements(type).length > 0) throw this.refusal(`${type} _text, _content`);
  }

  private hiding(): string[] {
    return this.limited.access.policy.rules.flatMap((rule) => (rule.kind === 'hide' ? Object.keys(rule.elements) : []));
  }

  private refusal(field: string): Problem {
    const { access } = this.limited;
    const rules = access.policy.rules.filter((rule) => rule.kind === 'hide').map((rule) => rule.id);
    const problem = ruledOut(access, rules);
    const [issue] = problem.issues;
    if (issue) issue.field = field;
    return problem;
  }
}

/** The index of words is kept up to date by those who see everything: done before one who does not looks into it. */
export async function freshWords(call: FhirCall, query: SearchQuery): Promise<void> {
  if (!call.limited) return;
  const words = query.filters.filter((f) => f.kind === 'words' || (f.kind === 'values' && f.modifier === 'text'));
  if (words.length === 0) return;
  await searchRecords(call.limited.whole, call.actor.tenant, 'Basic', {
    ...query,
    filters: [{ kind: 'words', values: [{ kind: 'string', text: 'x', folded: 'x' }], where: 'content' }],
    include: [],
    revinclude: [],
    sort: [],
    count: 0,
  });
}
