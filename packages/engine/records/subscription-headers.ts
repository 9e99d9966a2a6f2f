import { refuse } from '@mach/base/problem.ts';
import { isObject } from '@mach/fhir/json.ts';
import type { AnyResource } from '@mach/store';

/** What stands in a Subscription in place of a header's value: the handle of a part that is kept sealed. */
export const SEALED_HEADER = 'mach-sealed:';

const lines = (resource: AnyResource | undefined): string[] => {
  const channel = resource && (resource as unknown as { channel?: unknown }).channel;
  return isObject(channel) && Array.isArray(channel.header) ? channel.header.map(String) : [];
};
const isPlain = (line: string): boolean => {
  const value = line.slice(line.indexOf(':') + 1).trim();
  return value !== '' && !value.startsWith(SEALED_HEADER);
};

/**
 * Values of headers are secrets, which the Subscription's own door and `mach import` seal. By every other way (a patch, a
 * bundle) none comes into a record in clear; what an earlier version has left there may stay.
 * @throws Problem 422
 */
export function refusePlainHeaders(before: AnyResource | undefined, after: AnyResource): void {
  if (after.resourceType !== 'Subscription') return;
  const known = new Set(lines(before));
  if (!lines(after).some((line) => isPlain(line) && !known.has(line))) return;
  throw refuse(
    422,
    'plain-header',
    {
      vi: 'Giá trị trong channel.header là bí mật, không được lưu ở dạng rõ',
      en: 'Values of channel.header are secrets and are not kept in clear',
    },
    {
      field: 'Subscription.channel.header',
      remedy: {
        vi: 'Ghi bằng POST hoặc PUT tại /fhir/Subscription: giá trị sẽ được niêm phong',
        en: 'Write it by POST or PUT at /fhir/Subscription: the values are sealed there',
      },
    },
  );
}
