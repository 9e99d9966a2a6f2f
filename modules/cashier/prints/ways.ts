/** Ways of paying as they stand on paper. */
export const WAYS: Readonly<Record<string, string>> = {
  cash: 'Tiền mặt',
  qr: 'Chuyển khoản QR',
  card: 'Thẻ ngân hàng',
  deposit: 'Trừ tạm ứng',
};
