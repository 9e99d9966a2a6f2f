/** Profiles ready to be used: compiled on first use and kept, with what each of them cannot check. */
import type { Issue, Text } from '@mach/base';
import { isObject, type JsonObject } from '../json.ts';
import { validate } from '../validate.ts';
import { Context, MAX_DEPTH, type ValidateOptions } from '../validation/context.ts';
import { checkAnyResource } from '../validation/resource-check.ts';
import type { Membership } from './bindings.ts';
import type { ItemCheck } from './checks.ts';
import { ProfileCompiler } from './compile.ts';
import { checkExtensions } from './extensions.ts';
import { type Profile, R4_DEFINITION, withoutVersion } from './model.ts';
import { buildTree, type ProfileTree } from './tree.ts';

/** Where profiles and value sets are found by their URL. */
export interface ProfileSource {
  profile(url: string): Profile | undefined;
  members(valueSet: string): Membership | undefined;
}

export interface ProfileOptions extends ValidateOptions {
  /** Profiles beside those that the resource itself names in `meta.profile`. */
  readonly profiles?: readonly string[];
  /** Mention absent elements that must be supported, and what of the profiles cannot be checked. */
  readonly verbose?: boolean;
}

interface Compiled {
  readonly tree: ProfileTree;
  item: ItemCheck;
  readonly gaps: Text[];
  readonly uses: Set<string>;
}

const NOTHING: ItemCheck = () => undefined;

export class ProfileSet {
  private readonly source: ProfileSource;
  private readonly compiled = new Map<string, Compiled | undefined>();

  constructor(source: ProfileSource) {
    this.source = source;
  }

  /** Whether the profile is loaded. */
  has(url: string): boolean {
    return this.find(withoutVersion(url)) !== undefined;
  }

  /** The R4 type that a profile is for. */
  typeOf(url: string): string | undefined {
    return this.find(withoutVersion(url))?.tree.profile.type;
  }

  /** What of a profile, and of those that it uses, cannot be checked with what is loaded. */
  gaps(url: string): Text[] {
    const seen = new Set<string>();
    const out = new Map<string, Text>();
    const visit = (at: string): void => {
      if (seen.has(at)) return;
      seen.add(at);
      const found = this.find(at);
      for (const gap of found?.gaps ?? []) out.set(gap.en, gap);
      for (const next of found?.uses ?? []) visit(next);
    };
    visit(withoutVersion(url));
    return [...out.values()];
  }

  private readonly find = (url: string): Compiled | undefined => {
    if (this.compiled.has(url)) return this.compiled.get(url);
    const profile = this.source.profile(url);
    if (!profile) {
      this.compiled.set(url, undefined);
      return undefined;
    }
    const tree = buildTree(profile, (base) => this.source.profile(withoutVersion(base)));
    const made: Compiled = { tree, item: NOTHING, gaps: [], uses: new Set() };
    this.compiled.set(url, made);
    const compiler = new ProfileCompiler(tree, {
      profile: (other) => {
        made.uses.add(other);
        return this.find(other);
      },
      members: (valueSet) => this.source.members(valueSet),
      gap: (text) => made.gaps.push(text),
    });
    made.item = compiler.item(tree.root);
    return made;
  };

  /**
   * Every fault of a resource against R4 and against its profiles: those asked for, and those that it names itself (its
   * entries and contained resources too). A named profile that is not loaded is mentioned where `verbose` is set; one
   * that is asked for and not loaded is an error.
   */
  validate(resource: unknown, options: ProfileOptions = {}): Issue[] {
    const issues = validate(resource, options);
    if (!isObject(resource)) return issues;
    return distinct([...issues, ...this.validateProfiles(resource, options)]);
  }

  /** As {@link validate}, without the rules of R4 itself: for a caller that has checked these. */
  validateProfiles(resource: JsonObject, options: ProfileOptions = {}): Issue[] {
    const asked = options.profiles ?? [];
    if (asked.length === 0 && !namesProfiles(resource)) return [];
    const ctx = new Context(options, checkAnyResource);
    ctx.mustSupport = options.verbose === true;
    ctx.path[ctx.depth++] = typeof resource.resourceType === 'string' ? resource.resourceType : 'Resource';
    ctx.rootResource = resource;
    if (Array.isArray(resource.entry)) ctx.bundleTypes = bundleTypes(resource.entry);
    const before = ctx.found;
    const used = this.apply(resource, asked, ctx);
    this.applyNested(resource, ctx, used);
    if (used.size > 0) checkExtensions(resource, ctx, this.find);
    else if (ctx.found === before) return [];
    if (options.verbose) for (const url of used) for (const gap of this.gaps(url)) note(ctx, gap);
    return distinct(ctx.issues);
  }

  /** The resource against the profiles asked for and those that it names; gives the URLs that were used. */
  private apply(resource: JsonObject, asked: readonly string[], ctx: Context): Set<string> {
    const used = new Set<string>();
    const type = resource.resourceType;
    const named = profilesOf(resource);
    for (const canonical of named.length === 0 ? asked : new Set([...asked, ...named])) {
      const url = withoutVersion(canonical);
      if (url === `${R4_DEFINITION}${String(type)}` || url === `${R4_DEFINITION}Resource`) continue;
      const found = this.find(url);
      if (!found) {
        const [vi, en] = [`Hồ sơ ${url} chưa được nạp ở đây`, `The profile ${url} is not loaded here`];
        if (asked.includes(canonical)) ctx.error('not-supported', vi, en);
        else if (ctx.mustSupport) ctx.inform('not-supported', vi, en, 'meta.profile');
        continue;
      }
      if (found.tree.profile.type !== type) {
        const wanted = found.tree.profile.type;
        ctx.error(
          'structure',
          `Hồ sơ ${url} dành cho ${wanted}, không phải ${String(type)}`,
          `The profile ${url} is for ${wanted}, not for ${String(type)}`,
        );
        continue;
      }
      used.add(url);
      const outer = ctx.resource;
      ctx.resource = resource;
      found.item(resource, String(type), undefined, ctx);
      ctx.resource = outer;
    }
    return used;
  }

  /** Contained resources and the entries of a Bundle, by the profiles that they name. */
  private applyNested(resource: JsonObject, ctx: Context, used: Set<string>): void {
    if (ctx.depth > 2 * MAX_DEPTH) return;
    const inner = (value: unknown, ...path: (string | number)[]): void => {
      if (!isObject(value)) return;
      for (const step of path) ctx.path[ctx.depth++] = step;
      const isContained = path[0] === 'contained';
      const root = ctx.rootResource;
      if (!isContained) ctx.rootResource = value;
      for (const url of this.apply(value, [], ctx)) used.add(url);
      if (!isContained) this.applyNested(value, ctx, used);
      ctx.rootResource = root;
      ctx.depth -= path.length;
    };
    for (const [i, c] of listOf(resource.contained).entries()) inner(c, 'contained', i);
    for (const [i, e] of listOf(resource.entry).entries()) inner(e.resource, 'entry', i, 'resource');
    if (resource.resourceType === 'Parameters')
      for (const [i, p] of listOf(resource.parameter).entries()) inner(p.resource, 'parameter', i, 'resource');
  }
}

/** The objects of a list; what is no object keeps its place as an empty one. */
function listOf(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.map((v) => (isObject(v) ? v : {})) : [];
}

/** A list and its slices, or two profiles, may say the same of one place. */
function distinct(issues: readonly Issue[]): Issue[] {
  if (issues.length < 2) return [...issues];
  return [...new Map(issues.map((i) => [`${i.severity} ${i.field} ${i.text.en}`, i])).values()];
}

function note(ctx: Context, gap: Text): void {
  ctx.inform('informational', gap.vi, gap.en);
}

/** The profiles that a resource names for itself. */
export function profilesOf(resource: JsonObject): readonly string[] {
  const profile = isObject(resource.meta) ? resource.meta.profile : undefined;
  return Array.isArray(profile) ? profile.filter((p) => typeof p === 'string') : [];
}

/** Whether a resource, or one inside it, names a profile: the question of every write, answered without a walk. */
export function namesProfiles(resource: JsonObject, depth = 0): boolean {
  if (isObject(resource.meta) && resource.meta.profile !== undefined) return true;
  if (depth > MAX_DEPTH) return false;
  const { contained, entry, parameter } = resource;
  if (Array.isArray(contained) && contained.some((c) => isObject(c) && namesProfiles(c, depth + 1))) return true;
  const inPart = (p: unknown): boolean => isObject(p) && isObject(p.resource) && namesProfiles(p.resource, depth + 1);
  if (Array.isArray(entry) && entry.some(inPart)) return true;
  return resource.resourceType === 'Parameters' && Array.isArray(parameter) && parameter.some(inPart);
}

function bundleTypes(entries: readonly unknown[]): Map<string, string> {
  const types = new Map<string, string>();
  for (const entry of entries) {
    if (!isObject(entry) || typeof entry.fullUrl !== 'string' || !isObject(entry.resource)) continue;
    if (typeof entry.resource.resourceType === 'string') types.set(entry.fullUrl, entry.resource.resourceType);
  }
  return types;
}
