#pragma once

#include "tests/fuzz/fuzz_input.h"
#include "ui/models/fence_file.h"

#include <QString>

#include <string>

namespace carport::fuzz {

/// Reads a file of fences, and writes what it has to both kinds of files and back.
inline void readFenceText(const std::uint8_t* data, std::size_t size, ui::FenceFileKind kind) {
  const QByteArray text(reinterpret_cast<const char*>(data), static_cast<qsizetype>(size));
  const auto file = ui::readFences(text, kind);
  if (!file) {
    const std::string said = file.error().message();
    require(!said.empty(), "every refusal has a sentence");
    require(QString::fromStdString(said).toStdString() == said, "which is text");
    return;
  }
  require(!file->fences.empty() && file->fences.size() <= api::kMaxFences, "there are fences, and not too many");
  require(file->remarks.size() <= ui::FenceFile::kMaxRemarks, "remarks have their limit");
  for (const api::Fence& fence : file->fences) require(api::checkFence(fence).has_value(), "the gateway takes them");
  for (const auto other : {ui::FenceFileKind::geoJson, ui::FenceFileKind::kml}) {
    const auto again = ui::readFences(ui::writeFences(file->fences, other), other);
    require(again.has_value() && again->fences.size() == file->fences.size(), "what is written can be read");
    for (std::size_t n = 0; n < again->fences.size(); ++n)
      require(again->fences[n].shape == file->fences[n].shape, "shapes come back as they were");
  }
}

}  // namespace carport::fuzz
