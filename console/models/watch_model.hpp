// SPDX-License-Identifier: GPL-3.0-or-later
// Services and their real servers as a tree of two levels, in ipvsadm's order and words. Rows are keyed: a new state changes
// ranges and never resets the model. Values only; window thread.
#pragma once

#include "console/models/watch_rows.hpp"

#include <QAbstractItemModel>

#include <memory>
#include <vector>

namespace lvsdeck::console {

class WatchModel : public QAbstractItemModel {
    Q_OBJECT
public:
    enum Column { Protocol, Address, Scheduler, State, Weight, Active, Inactive, Cps, InBits, OutBits, Spark, ColumnCount };
    enum Role { SortRole = Qt::UserRole + 1, FilterRole, ServiceKeyRole, ServerKeyRole };

    explicit WatchModel(QObject* parent = nullptr);
    ~WatchModel() override;

    /// Replaces the rows; trends of rows that stay go on (one value more each call).
    void setRows(std::vector<WatchService> rows);
    /// Nothing was heard from the director: every state is shown as stale until the next setRows().
    void setStale(bool stale);
    [[nodiscard]] bool stale() const { return m_stale; }

    [[nodiscard]] const WatchService* service(const QModelIndex& index) const; ///< also of a server's row
    [[nodiscard]] const WatchServer* server(const QModelIndex& index) const;   ///< null for a service's row
    [[nodiscard]] std::size_t serverCount() const;

    [[nodiscard]] QModelIndex index(int row, int column, const QModelIndex& parent) const override;
    [[nodiscard]] QModelIndex parent(const QModelIndex& index) const override;
    [[nodiscard]] int rowCount(const QModelIndex& parent) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Node;
    [[nodiscard]] QVariant serviceText(const WatchService& service, int column) const;
    [[nodiscard]] QVariant serverText(const WatchServer& server, int column) const;
    void mergeServers(Node& node, std::vector<WatchServer> next);

    std::vector<std::shared_ptr<Node>> m_nodes;
    bool m_stale = false;
};

} // namespace lvsdeck::console
