// SPDX-License-Identifier: GPL-3.0-or-later
// Findings of a reader or writer as rows, filtered by what they mean, and as text for others. Window thread.
#pragma once

#include "console/theme/pill.hpp"
#include "console/transfer/import_reading.hpp"

#include <QAbstractTableModel>

#include <array>
#include <memory>
#include <vector>

namespace lvsdeck::console {

/// What a finding asks of the admin, in the order of weight.
enum class FindingClass : std::uint8_t { Problem, Contradiction, Attention, Kept, Note };
inline constexpr std::size_t findingClasses = 5;

[[nodiscard]] FindingClass classOf(const Finding& finding);
[[nodiscard]] Pill classPill(FindingClass kind);
/// "lb1:12", or the file's name when it is of no director; empty for no file. `texts` may be empty.
[[nodiscard]] QString placeName(const std::vector<ImportText>& texts, Place place, const formats::Diagnostic& said);

class FindingModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Class, Where, Found, Text, ColumnCount };

    using QAbstractTableModel::QAbstractTableModel;
    void setFindings(std::shared_ptr<const ImportReading> reading);
    /// Only these kinds are rows.
    void setShown(std::array<bool, findingClasses> shown);
    [[nodiscard]] std::size_t count(FindingClass kind) const { return m_counts[static_cast<std::size_t>(kind)]; }
    [[nodiscard]] std::size_t total() const;
    [[nodiscard]] const Finding& finding(int row) const;
    /// The row of the first finding at this place; -1: none is shown.
    [[nodiscard]] int rowAt(Place place) const;
    /// As compilers write them, a line each.
    [[nodiscard]] QString asText(const std::vector<int>& rows) const;
    /// RFC 4180, with a heading, all rows that are shown. English words, for programs.
    [[nodiscard]] QByteArray asCsv() const;

    [[nodiscard]] int rowCount(const QModelIndex& parent) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    void fill();

    std::shared_ptr<const ImportReading> m_reading;
    std::array<bool, findingClasses> m_shown{true, true, true, true, true};
    std::array<std::size_t, findingClasses> m_counts{};
    std::vector<std::size_t> m_rows; ///< indices of the findings that are shown
};

} // namespace lvsdeck::console
