/** The rules of a profile on one value: what is fixed, bound, bounded, of which profile, and its invariants. */
import { isSubtype, typeDef } from '../definitions.ts';
import { isObject, type JsonObject } from '../json.ts';
import { shown } from '../validation/context.ts';
import { bindingCheck } from './bindings.ts';
import type { CompileEnv, ItemCheck } from './checks.ts';
import { invariantRules } from './invariants.ts';
import { type ProfileType, withoutVersion } from './model.ts';
import { referenceRule } from './references.ts';
import { type ElementNode, typesOf } from './tree.ts';
import { compareToBound, fitsPattern, isFixed } from './values.ts';

/** All rules of the node itself, without those of its children and slices. */
export function itemRules(node: ElementNode, env: CompileEnv): ItemCheck[] {
  return [
    ...node.fixed.map(fixedRule),
    ...node.patterns.map(patternRule),
    ...bounds(node),
    ...resourceTypes(node),
    ...profileRules(node, env),
    ...referenceRule(node, env),
    ...bindingRules(node, env),
    ...invariantRules(node, env),
  ];
}

function fixedRule(fixed: unknown): ItemCheck {
  return (value, _type, _sibling, ctx) => {
    if (value === undefined || value === null || isFixed(value, fixed)) return;
    ctx.error(
      'value',
      `Hồ sơ cố định giá trị ${shown(fixed)}, không phải ${shown(value)}`,
      `The profile fixes the value ${shown(fixed)}, not ${shown(value)}`,
    );
  };
}

function patternRule(pattern: unknown): ItemCheck {
  return (value, _type, _sibling, ctx) => {
    if (value === undefined || value === null || fitsPattern(value, pattern)) return;
    ctx.error(
      'value',
      `Giá trị ${shown(value)} không theo mẫu ${shown(pattern)} của hồ sơ`,
      `The value ${shown(value)} does not follow the profile's pattern ${shown(pattern)}`,
    );
  };
}

function bounds(node: ElementNode): ItemCheck[] {
  const out: ItemCheck[] = [];
  const { maxLength, minValue, maxValue } = node;
  if (maxLength !== undefined)
    out.push((value, _type, _sibling, ctx) => {
      if (typeof value !== 'string' || [...value].length <= maxLength) return;
      ctx.error('value', `Dài quá ${maxLength} ký tự`, `Longer than ${maxLength} characters`);
    });
  if (minValue !== undefined)
    out.push((value, _type, _sibling, ctx) => {
      if ((compareToBound(value, minValue) ?? 0) >= 0) return;
      ctx.error('value', `Nhỏ hơn ${shown(minValue)}`, `Less than ${shown(minValue)}`);
    });
  if (maxValue !== undefined)
    out.push((value, _type, _sibling, ctx) => {
      if ((compareToBound(value, maxValue) ?? 0) <= 0) return;
      ctx.error('value', `Lớn hơn ${shown(maxValue)}`, `Greater than ${shown(maxValue)}`);
    });
  return out;
}

/** A resource in the place of an element (`contained`, `Bundle.entry.resource`) narrowed to some types. */
function resourceTypes(node: ElementNode): ItemCheck[] {
  if (node.base?.types[0]?.code !== 'Resource' || !node.types) return [];
  const wanted = typesOf(node);
  if (wanted.includes('Resource')) return [];
  return [
    (value, _type, _sibling, ctx) => {
      const type = isObject(value) ? value.resourceType : undefined;
      if (typeof type === 'string' && wanted.some((w) => isSubtype(type, w))) return;
      ctx.error(
        'structure',
        `Hồ sơ chỉ cho tài nguyên ${wanted.join(', ')} ở đây`,
        `The profile allows only ${wanted.join(', ')} here`,
      );
    },
  ];
}

/** A value of a type with a profile of its own (`Address` of the national guide). Of several, one must fit. */
function profileRules(node: ElementNode, env: CompileEnv): ItemCheck[] {
  return (node.types ?? []).flatMap((type) => {
    const checks = typeProfiles(type, env);
    const [only] = checks;
    if (!only) return [];
    const isOf = (value: unknown, code: string): boolean =>
      code === type.code || (isObject(value) && value.resourceType === type.code) || isBackbone(type.code);
    if (checks.length === 1)
      return [
        (value, code, sibling, ctx) => {
          if (isOf(value, code)) only.item(value, code, sibling, ctx);
        },
      ];
    const names = checks.map((c) => c.url).join(', ');
    return [
      (value, code, sibling, ctx) => {
        if (!isOf(value, code)) return;
        if (checks.some((c) => ctx.passes(() => c.item(value, code, sibling, ctx)))) return;
        ctx.error('value', `Không theo hồ sơ nào trong ${names}`, `Conforms to none of ${names}`);
      },
    ];
  });
}

const isBackbone = (code: string): boolean => code === 'BackboneElement' || code === 'Element';

function typeProfiles(type: ProfileType, env: CompileEnv): { url: string; item: ItemCheck }[] {
  // Extensions are checked by their own URL, wherever they stand.
  if (type.code === 'Extension') return [];
  const out: { url: string; item: ItemCheck }[] = [];
  for (const canonical of type.profiles ?? []) {
    const url = withoutVersion(canonical);
    const found = env.profile(url);
    if (found) out.push({ url, item: (v, t, s, ctx) => found.item(v, t, s, ctx) });
    else if (!url.startsWith('http://hl7.org/fhir/StructureDefinition/')) {
      env.gap({ vi: `Chưa nạp hồ sơ ${url}`, en: `The profile ${url} is not loaded` });
      // One that cannot be checked may be the one that fits.
      return [];
    }
  }
  return out;
}

function bindingRules(node: ElementNode, env: CompileEnv): ItemCheck[] {
  const { binding, base } = node;
  if (!binding || binding.strength === 'example') return [];
  const url = withoutVersion(binding.valueSet);
  const isBase =
    base?.binding && withoutVersion(base.binding.valueSet) === url && base.binding.strength === binding.strength;
  if (isBase) return [];
  const members = env.members(url);
  if (!members) {
    env.gap({ vi: `Chưa nạp bộ mã ${url}`, en: `The value set ${url} is not loaded` });
    return [];
  }
  const byType = new Map(typesOf(node).map((t) => [t, bindingCheck(binding, valueType(t), members)]));
  return [
    (value, type, _sibling, ctx) => {
      if (value !== undefined && value !== null) byType.get(type)?.(value as JsonObject, ctx);
    },
  ];
}

/** Quantity has descendants (Age, Duration) that bear codes as it does. */
function valueType(type: string): string {
  return typeDef(type)?.base === 'Quantity' ? 'Quantity' : type;
}
