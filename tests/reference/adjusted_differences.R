# Adjusted differences by R's lm, errors by sandwich::vcovCL, clustered by person; also the joint covariance of
# all of them from R's own estimating functions.
#
#   Rscript tests/reference/adjusted_differences.R [folder to write to]
#
# Reads adjusted_differences_data.csv beside this script (a row is a person-year; use in year t is NA where it is
# not observed or not covered) and writes adjusted_differences_R.csv and adjusted_differences_R_covariance.csv.

suppressPackageStartupMessages(library(sandwich))

arguments <- commandArgs(trailingOnly = FALSE)
script <- sub("^--file=", "", grep("^--file=", arguments, value = TRUE))
here <- dirname(normalizePath(script))
given <- commandArgs(trailingOnly = TRUE)
out <- if (length(given)) given[1] else here

panel <- read.csv(file.path(here, "adjusted_differences_data.csv"))
columns <- grep("^(sex|age|employment|education|base_year)_", names(panel), value = TRUE)
outcomes <- sort(unique(sub("_year_[0-9]+$", "", grep("_year_[0-9]+$", names(panel), value = TRUE))))
outcomes <- setdiff(outcomes, "base")
years <- 1:2

results <- list()
influence <- matrix(0, length(unique(panel$person)), 0)
for (outcome in outcomes) {
  for (year in years) {
    panel$use <- panel[[paste0(outcome, "_year_", year)]]
    panel$before <- panel[[paste0(outcome, "_year_0")]]
    sample <- panel[!is.na(panel$use), ]
    model <- reformulate(c("success", columns, "before"), "use")
    fit <- lm(model, sample)
    clusters <- length(unique(sample$person))
    variance <- vcovCL(fit, cluster = sample$person, type = "HC1")["success", "success"]
    difference <- unname(coef(fit)["success"])
    error <- sqrt(variance)
    half <- qt(0.975, clusters - 1) * error
    results[[length(results) + 1]] <- data.frame(
      outcome = outcome, relative_year = year, adjusted_difference = difference, standard_error = error,
      ci_low = difference - half, ci_high = difference + half,
      p_value = 2 * pt(-abs(difference / error), clusters - 1),
      n = nobs(fit), n_clusters = clusters, rank = fit$rank,
      raw_difference = mean(sample$use[sample$success == 1]) - mean(sample$use[sample$success == 0])
    )
    scores <- estfun(fit)
    rows <- scores %*% bread(fit)[colnames(scores), "success"] / nobs(fit)
    summed <- tapply(rows, factor(sample$person, levels = unique(panel$person)), sum)
    summed[is.na(summed)] <- 0
    correction <- clusters / (clusters - 1) * (nobs(fit) - 1) / (nobs(fit) - fit$rank)
    influence <- cbind(influence, as.numeric(summed) * sqrt(correction))
  }
}

write_exactly <- function(table, name) {
  numbers <- vapply(table, is.double, TRUE)
  table[numbers] <- lapply(table[numbers], function(x) formatC(x, digits = 17, format = "g"))
  write.csv(table, file.path(out, name), row.names = FALSE, quote = FALSE)
}
write_exactly(do.call(rbind, results), "adjusted_differences_R.csv")
covariance <- as.data.frame(crossprod(influence))
names(covariance) <- paste0("position_", seq_len(ncol(covariance)))
write_exactly(covariance, "adjusted_differences_R_covariance.csv")
