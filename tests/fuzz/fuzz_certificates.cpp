#include "gateway/transport/certificate_authority.h"
#include "gateway/transport/peer_certificate.h"
#include "gateway/transport/pem_files.h"
#include "tests/fuzz/fuzz_input.h"

#include <openssl/pem.h>

#include <string>

using namespace carport;

namespace {

/// The bytes as the inside of a PEM text of this kind.
std::string wrapped(const char* kind, const std::uint8_t* data, std::size_t size) {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  PEM_write_bio(bio.get(), kind, "", data, static_cast<long>(size));
  char* bytes = nullptr;
  const auto length = BIO_get_mem_data(bio.get(), &bytes);
  return {bytes, static_cast<std::size_t>(length)};
}

const CertificateAuthority& authority() {
  static const auto kMade = CertificateAuthority::make("An authority", CertificateAuthority::kMaxLife);
  static const auto kAuthority = CertificateAuthority::of(*kMade);
  return *kAuthority;
}

/// Whatever a request says of itself, its certificate is of whom the operator named, and signs nothing.
void signRequest(const std::string& request) {
  const auto issued = authority().signClientRequest("car-1", request, std::chrono::days(1));
  if (!issued) return fuzz::require(!issued.error().message().empty(), "every error has a sentence");
  const auto certificates = parseCertificates(issued->certificate);
  fuzz::require(issued->key.empty() && certificates.size() == 1, "one certificate comes");
  fuzz::require(describe(*certificates[0]).name == "car-1", "it is of whom the operator named");
  fuzz::require(X509_check_ca(certificates[0].get()) == 0, "it signs nothing");
}

void describeAll(const std::string& text) {
  for (const auto& certificate : parseCertificates(text)) {
    fuzz::require(describe(*certificate).name.size() <= kMaxCertificateNameBytes, "names have their limit");
    static_cast<void>(endOf(*certificate));
  }
}

}  // namespace

/// Signing requests and certificates: PEM as it is, and anything else as what lies in PEM.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(fuzz::asText(data, size));
  if (isServerName(text)) {
    fuzz::require(text.find_first_of(std::string_view(" ,/@\"\\\r\n\t\0", 10)) == std::string::npos, "a name is one");
  }
  const bool isPem = text.starts_with("-----");
  signRequest(isPem ? text : wrapped("CERTIFICATE REQUEST", data, size));
  describeAll(isPem ? text : wrapped("CERTIFICATE", data, size));
  return 0;
}
