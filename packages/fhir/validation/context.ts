import type { Issue } from '@mach/base';

/** Faults beyond this number are not listed: a body of a million faults must not become an answer of a gigabyte. */
export const MAX_ISSUES = 500;
/** Nested JSON objects beyond this depth are refused (the deepest legitimate R4 content stays far below). */
export const MAX_DEPTH = 100;

export interface ValidateOptions {
  /** Accept search URLs such as `Patient?identifier=…` as references, as entries of a transaction may hold. */
  readonly conditionalReferences?: boolean;
}

/** A constant description of one kind of fault. `code` is an OperationOutcome issue type. */
export interface Fault {
  readonly code: string;
  readonly vi: string;
  readonly en: string;
}

/**
 * State of one validation. The path is kept as a stack of names and indexes and becomes text only for a fault, so that
 * a valid resource costs no string at all.
 */
export class Context {
  readonly issues: Issue[] = [];
  readonly path: (string | number)[] = [];
  depth = 0;
  objectDepth = 0;
  /** Number of faults found, the unlisted ones included. */
  found = 0;
  conditionalReferences: boolean;
  /** Types of the contained resources of the resource at hand, by id. */
  contained: Map<string, string> | undefined;
  /** Local references (`#id`) seen in the resource at hand; filled only where there are contained resources. */
  localReferences: Set<string> | undefined;
  /** The resource that `%resource` means: the nearest one, contained ones included. */
  resource: Record<string, unknown> = {};
  /** The resource that `#` means: the nearest one that is not contained. */
  rootResource: Record<string, unknown> = {};
  /** Types of a Bundle's entries by their full URL. */
  bundleTypes: Map<string, string> | undefined;
  /** Whether absent elements that a profile marks as must-support are mentioned. */
  mustSupport = false;
  /** Targets of references that were held to a profile. */
  targetLooks = 0;

  /** Checks a resource in the place of an element; given from outside, since resources hold types and types resources. */
  readonly checkResource: (value: unknown, ctx: Context) => void;

  constructor(options: ValidateOptions, checkResource: (value: unknown, ctx: Context) => void) {
    this.checkResource = checkResource;
    this.conditionalReferences = options.conditionalReferences ?? false;
  }

  /** FHIRPath location of the present element: `Patient.name[0].family`. */
  location(): string {
    let text = '';
    for (let i = 0; i < this.depth; i++) {
      const part = this.path[i];
      if (typeof part === 'number') text += `[${part}]`;
      else text += text === '' ? part : `.${part}`;
    }
    return text;
  }

  fault(fault: Fault, child?: string): void {
    this.add('error', fault.code, fault.vi, fault.en, child);
  }

  error(code: string, vi: string, en: string, child?: string): void {
    this.add('error', code, vi, en, child);
  }

  warn(code: string, vi: string, en: string, child?: string): void {
    this.add('warning', code, vi, en, child);
  }

  inform(code: string, vi: string, en: string, child?: string): void {
    this.add('information', code, vi, en, child);
  }

  /** Whether a check finds no error; what it says is not kept. */
  passes(check: () => void): boolean {
    const { depth, found, objectDepth } = this;
    const kept = this.issues.length;
    check();
    // Beyond the longest list nothing is written down, and every further finding counts as a fault.
    let passed = this.issues.length < MAX_ISSUES || this.found === found;
    for (let i = kept; i < this.issues.length; i++) if (this.issues[i]?.severity === 'error') passed = false;
    this.issues.length = kept;
    this.found = found;
    this.depth = depth;
    this.objectDepth = objectDepth;
    return passed;
  }

  private add(severity: Issue['severity'], code: string, vi: string, en: string, child: string | undefined): void {
    this.found++;
    if (this.issues.length >= MAX_ISSUES) return;
    const at = this.location();
    this.issues.push({ severity, code, field: child ? (at ? `${at}.${child}` : child) : at, text: { vi, en } });
  }
}

/** Shortens a value for a message, and keeps control characters out of it. */
export function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
  const short = text.length > 60 ? `${text.slice(0, 57)}…` : text;
  return JSON.stringify(short);
}
