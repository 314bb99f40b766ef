#include "gateway/domain/audit_chain.h"

#include <fmt/format.h>
#include <sodium.h>

namespace carport {

namespace {

static_assert(crypto_generichash_BYTES == std::tuple_size_v<AuditHash>);

class CanonicalForm {
 public:
  explicit CanonicalForm(const AuditHash& previous) {
    crypto_generichash_init(&m_state, nullptr, 0, crypto_generichash_BYTES);
    crypto_generichash_update(&m_state, previous.data(), previous.size());
  }

  void add(std::string_view text) {
    std::array<unsigned char, 4> length{};
    for (std::size_t i = 0; i < length.size(); ++i) {
      length[i] = static_cast<unsigned char>((text.size() >> (8 * i)) & 0xFFU);
    }
    crypto_generichash_update(&m_state, length.data(), length.size());
    crypto_generichash_update(&m_state, reinterpret_cast<const unsigned char*>(text.data()), text.size());
  }
  void add(std::int64_t number) { add(fmt::format_int(number).str()); }

  AuditHash finish() {
    AuditHash hash{};
    crypto_generichash_final(&m_state, hash.data(), hash.size());
    return hash;
  }

 private:
  crypto_generichash_state m_state;
};

}  // namespace

AuditHash chainHash(const AuditHash& previous, const api::AuditEntry& entry) {
  CanonicalForm form(previous);
  form.add("carport-audit-1");
  form.add(entry.number);
  form.add(toMs(entry.time));
  form.add(nameOf(entry.outcome));
  form.add(nameOf(entry.door));
  for (const std::string* text : {&entry.organisation, &entry.who, &entry.address, &entry.action, &entry.about,
                                  &entry.before, &entry.after, &entry.reason}) {
    form.add(*text);
  }
  form.add(entry.count);
  return form.finish();
}

std::string toHex(const AuditHash& hash) {
  std::string text(2 * hash.size() + 1, '\0');
  sodium_bin2hex(text.data(), text.size(), hash.data(), hash.size());
  text.pop_back();  // libsodium's terminating zero
  return text;
}

std::optional<AuditHash> auditHashFrom(std::string_view hex) {
  AuditHash hash{};
  std::size_t bytes = 0;
  const char* end = nullptr;
  const int done = sodium_hex2bin(hash.data(), hash.size(), hex.data(), hex.size(), nullptr, &bytes, &end);
  if (done != 0 || bytes != hash.size() || end != hex.data() + hex.size()) return std::nullopt;
  return hash;
}

}  // namespace carport
