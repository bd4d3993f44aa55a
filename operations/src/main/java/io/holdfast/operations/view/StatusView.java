package io.holdfast.operations.view;

import java.util.List;

/**
 * How a repository stands.
 *
 * @param repository where it is
 * @param incidents what is wrong now and was told, of these clusters
 * @param sites each of several; empty where there is but one
 */
public record StatusView(
    String repository,
    boolean encrypted,
    List<ClusterView> clusters,
    List<IncidentView> incidents,
    List<SiteView> sites) {}
