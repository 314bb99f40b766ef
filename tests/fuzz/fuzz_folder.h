#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>

namespace carport::fuzz {

/// A folder of its own for a whole run, gone at its end.
class Folder {
 public:
  explicit Folder(std::string_view name) {
    const auto base = std::filesystem::temp_directory_path();
    std::error_code error;
    for (int i = 0; i < 1'000; ++i) {
      m_path = base / (std::string(name) + "-" + std::to_string(i));
      if (std::filesystem::create_directory(m_path, error)) return;
    }
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(m_path, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  const std::filesystem::path& path() const { return m_path; }

 private:
  std::filesystem::path m_path;
};

}  // namespace carport::fuzz
