import { refuse } from '@mach/base/problem.ts';
import { localDate } from '@mach/base/time.ts';
import { defineCommand } from '@mach/engine';
import { alsoWrite, houseOf } from '@mach/engine/identity/registry.ts';
import { watchStatement } from '@mach/engine/policy/unusual.ts';
import { closeUnusual, unusualActor } from '@mach/engine/policy/unusual-list.ts';
import { PRIVACY } from '../contract.ts';
import { reviewUnusualInput, watchInput } from '../inputs.ts';

export const reviewUnusualCommand = defineCommand({
  name: 'privacy.reviewUnusual',
  kind: 'intent',
  permission: PRIVACY,
  title: { vi: 'Rà soát truy cập bất thường', en: 'Review an unusual access' },
  input: reviewUnusualInput,
  async handle({ id, finding, note }, ctx) {
    const actor = await unusualActor(houseOf(ctx).database.tenant(ctx.facility.tenant), id);
    if (actor === undefined)
      throw refuse(409, 'reviewed', { vi: 'Việc này đã rà soát hoặc không còn', en: 'It was reviewed, or is gone' });
    if (actor === ctx.actor.id)
      throw refuse(403, 'own-case', { vi: 'Không tự rà soát việc của mình', en: 'Nobody reviews his own' });
    if (finding === 'unjustified' && !note)
      throw refuse(
        422,
        'note-needed',
        { vi: 'Không chính đáng thì phải ghi lý do', en: 'Unjustified needs a note' },
        { field: 'note' },
      );
    alsoWrite(ctx, closeUnusual({ id, finding, note: note ?? null, reviewer: ctx.actor.name, at: ctx.now }));
    ctx.emit('privacy.unusualReviewed', { id, finding });
    return { id };
  },
});

/** Looks through the audit of one day: every night for the day that is over, and when the officer asks. */
export const watchCommand = defineCommand({
  name: 'privacy.watch',
  kind: 'fact',
  permission: PRIVACY,
  title: { vi: 'Tìm truy cập bất thường', en: 'Look for unusual access' },
  input: watchInput,
  async handle({ day }, ctx) {
    if (day > localDate(ctx.now))
      throw refuse(422, 'future', { vi: 'Ngày này chưa tới', en: 'This day has not come yet' }, { field: 'day' });
    alsoWrite(ctx, await watchStatement(houseOf(ctx), ctx.facility.tenant, day));
    return { day };
  },
});
