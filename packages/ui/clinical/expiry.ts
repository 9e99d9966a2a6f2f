/** How an expiry stands to a day (`yyyy-MM-dd`). A month is good to its last day; `soon` = within 90 days. */
export function expiryState(expiry: string | undefined, day: string): 'unknown' | 'expired' | 'soon' | 'good' {
  if (!expiry) return 'unknown';
  const last = expiry.length === 7 ? `${expiry}-31` : expiry;
  if (last < day) return 'expired';
  const soon = new Date(Date.parse(day) + 90 * 86_400_000).toISOString().slice(0, 10);
  return last < soon ? 'soon' : 'good';
}
