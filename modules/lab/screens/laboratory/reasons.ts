/** texts:record — usual reasons why a specimen is refused, as they stand in the record. */
export const REJECT_REASONS = [
  'Mẫu vỡ hồng cầu (huyết tán)',
  'Mẫu đông',
  'Không đủ thể tích',
  'Sai ống',
  'Thiếu hoặc sai thông tin trên nhãn',
  'Mẫu để quá thời gian',
] as const;
