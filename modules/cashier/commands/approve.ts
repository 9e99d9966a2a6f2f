import { refuse } from '@mach/base/problem.ts';
import { type CommandContext, defineCommand } from '@mach/engine/command.ts';
import type { Extension, Invoice } from '@mach/fhir/types.ts';
import { approveCancelInput, askCancelInput } from '../inputs.ts';
import { CASHIER_EXT, invoiceFacts } from '../read.ts';

/** Who asked for the cancellation of an invoice, and who agreed; empty where nobody did. */
export function cancelRequestOf(invoice: Invoice): { askedLogin?: string; approvedLogin?: string } {
  const login = (url: string): string | undefined =>
    invoice.extension?.find((e) => e.url === url)?.extension?.find((e) => e.url === 'login')?.valueString;
  return { askedLogin: login(CASHIER_EXT.cancelAsked), approvedLogin: login(CASHIER_EXT.cancelApproved) };
}

const deed = (ctx: CommandContext, url: string, more: Extension[] = []): Extension => ({
  url,
  extension: [
    { url: 'by', valueString: ctx.actor.name },
    { url: 'login', valueString: ctx.actor.login },
    { url: 'at', valueInstant: ctx.performedAt },
    ...more,
  ],
});

async function standing(ctx: CommandContext, id: string): Promise<Invoice & { id: string }> {
  const invoice = await ctx.lock<Invoice>('Invoice', id);
  if (invoice.status === 'balanced') return invoice;
  throw refuse(
    409,
    'already-cancelled',
    {
      vi: `Phiếu thu ${invoiceFacts(invoice).number} đã huỷ rồi`,
      en: `Invoice ${invoiceFacts(invoice).number} is cancelled already`,
    },
    { field: 'invoice', remedy: { vi: 'Tải lại danh sách', en: 'Reload the list' } },
  );
}

const without = (invoice: Invoice, ...urls: string[]): Extension[] =>
  (invoice.extension ?? []).filter((e) => !urls.includes(e.url));

export const askCancelCommand = defineCommand({
  name: 'cashier.askCancel',
  kind: 'intent',
  permission: 'cashier.cancel',
  title: { vi: 'Đề nghị huỷ phiếu thu', en: 'Ask to cancel an invoice' },
  input: askCancelInput,
  async handle(input, ctx): Promise<{ invoice: string }> {
    const invoice = await standing(ctx, input.invoice);
    const asked = deed(ctx, CASHIER_EXT.cancelAsked, [{ url: 'reason', valueString: input.reason }]);
    const rest = without(invoice, CASHIER_EXT.cancelAsked, CASHIER_EXT.cancelApproved);
    ctx.correct<Invoice>({ ...invoice, extension: [...rest, asked] }, `Đề nghị huỷ: ${input.reason}`);
    return { invoice: invoice.id };
  },
});

export const approveCancelCommand = defineCommand({
  name: 'cashier.approveCancel',
  kind: 'intent',
  permission: 'cashier.approve-cancel',
  title: { vi: 'Duyệt huỷ phiếu thu', en: 'Approve the cancellation of an invoice' },
  input: approveCancelInput,
  async handle(input, ctx): Promise<{ invoice: string }> {
    const invoice = await standing(ctx, input.invoice);
    const { askedLogin } = cancelRequestOf(invoice);
    if (askedLogin === undefined)
      throw refuse(
        409,
        'not-asked',
        { vi: 'Không ai đề nghị huỷ phiếu thu này', en: 'Nobody has asked to cancel this invoice' },
        { field: 'invoice', remedy: { vi: 'Tải lại danh sách', en: 'Reload the list' } },
      );
    if (askedLogin === ctx.actor.login)
      throw refuse(
        409,
        'second-person',
        { vi: 'Người duyệt phải khác người đề nghị', en: 'Another person than the one who asked must approve' },
        { field: 'invoice', remedy: { vi: 'Nhờ người khác duyệt', en: 'Have somebody else approve it' } },
      );
    const rest = without(invoice, CASHIER_EXT.cancelApproved);
    ctx.correct<Invoice>(
      { ...invoice, extension: [...rest, deed(ctx, CASHIER_EXT.cancelApproved)] },
      'Duyệt huỷ phiếu thu',
    );
    return { invoice: invoice.id };
  },
});
