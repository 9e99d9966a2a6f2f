let revision = 0;

/** Moves when somebody's rights or sessions were changed in this process: what was remembered of tokens is asked again. */
export function revise(): void {
  revision++;
}

export const currentRevision = (): number => revision;
