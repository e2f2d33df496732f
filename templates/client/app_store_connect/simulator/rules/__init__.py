"""What the server is known to do, an area a module.

`TOPICS` tells what each has rules on, so that it is imported when one of these is first met: types
of resources, by operation or attribute, and events.
"""

from __future__ import annotations

__all__ = ["TOPICS"]

TOPICS: dict[str, str] = {
    "access": (
        "analyticsReportRequests, appScreenshotSets, betaAppLocalizations, betaGroups, "
        "bundleIdCapabilities, bundleIds, certificates, devices, financeReports, profiles, "
        "salesReports"
    ),
    "age_ratings": "ageRatingDeclarations, appInfos",
    "analytics": (
        "analytics are ready, analytics of a day, analyticsReportInstances, "
        "analyticsReportRequests, analyticsReportSegments, segment address ends"
    ),
    "app_clips": "appClipDefaultExperiences",
    "apps": "appInfoLocalizations, appInfos, appStoreVersions, apps",
    "asset_library": (
        "appAssetLibraryImages, appAssetLibraryPlacementOrderingRequests, "
        "appAssetLibraryPlacements, appAssetLibraryRefData, appAssetLibraryVideos, "
        "appCustomProductPageLocalizations, appEventLocalizations, "
        "appStoreVersionExperimentTreatmentLocalizations, appStoreVersionLocalizations, "
        "appStoreVersions, apps"
    ),
    "availability": "appAvailabilities, apps, territoryAvailabilities",
    "beta_groups": "betaGroups, builds",
    "beta_review": (
        "betaAppReviewSubmissions, beta_review_begun, beta_review_ended, buildBetaNotifications"
    ),
    "beta_testers": "apps, betaGroups, betaTesterInvitations, betaTesters, builds",
    "beta_texts": "apps, betaAppLocalizations, betaAppReviewDetails, betaBuildLocalizations",
    "build_uploads": (
        "buildUploadFiles, buildUploads, build_processed, build_upload_processed, builds"
    ),
    "builds": "buildBetaDetails, build_expired, builds",
    "bundle_ids": "bundleIdCapabilities, bundleIds",
    "categories": "appCategories",
    "certificates": "certificates, passTypeIds",
    "consistency": "appInfos, appStoreVersions, betaTesters, builds",
    "customers": "answer is published, customerReviewResponses",
    "deliveries": (
        "appAssetLibraryImages, appAssetLibraryVideos, appClipAdvancedExperienceImages, "
        "appClipHeaderImages, appEncryptionDeclarationDocuments, appEventScreenshots, "
        "appEventVideoClips, appPreviews, appScreenshots, appStoreReviewAttachments, "
        "backgroundAssetUploadFiles, buildUploadFiles, file_processed, "
        "gameCenterAchievementImages, gameCenterActivityImages, gameCenterChallengeImages, "
        "gameCenterLeaderboardImages, gameCenterLeaderboardSetImages, "
        "inAppPurchaseAppStoreReviewScreenshots, inAppPurchaseImages, routingAppCoverages, "
        "subscriptionAppStoreReviewScreenshots, subscriptionImages"
    ),
    "devices": "device is processed, devices",
    "experiments": "appStoreVersionExperiments, ciBuildRuns",
    "game_center": (
        "apps, gameCenterAchievementLocalizations, gameCenterActivityLocalizations, "
        "gameCenterChallengeLocalizations, gameCenterDetails, "
        "gameCenterLeaderboardLocalizations, gameCenterLeaderboardSetLocalizations, "
        "gameCenterLeaderboardSetReleases, gameCenterLeaderboardSets"
    ),
    "localizations": (
        "appInfoLocalizations, appStoreReviewDetails, appStoreVersionLocalizations, "
        "inAppPurchaseLocalizations, subscriptionGroupLocalizations, subscriptionLocalizations"
    ),
    "media": "",
    "offers": (
        "inAppPurchaseOfferCodeOneTimeUseCodes, subscriptionGracePeriods, "
        "subscriptionIntroductoryOffers, subscriptionOfferCodeOneTimeUseCodes, "
        "subscriptionOfferCodes, subscriptionPlanAvailabilities, winBackOffers"
    ),
    "phased_releases": "appStoreVersionPhasedReleases, appStoreVersions, pause ends, phase day",
    "price_points": "appPricePoints, apps",
    "prices": "appPriceSchedules, appPrices, apps",
    "product_images": "inAppPurchaseImages, subscriptionImages",
    "product_price_points": (
        "inAppPurchasePricePoints, inAppPurchases, subscriptionPricePoints, subscriptions"
    ),
    "product_prices": (
        "inAppPurchaseAvailabilities, inAppPurchasePriceSchedules, inAppPurchasePrices, "
        "subscriptionAvailabilities, subscriptionPrices"
    ),
    "product_readiness": (
        "inAppPurchaseAppStoreReviewScreenshots, inAppPurchaseAvailabilities, "
        "inAppPurchaseLocalizations, inAppPurchasePriceSchedules, product is looked at, "
        "subscriptionAppStoreReviewScreenshots, subscriptionAvailabilities, "
        "subscriptionGroupLocalizations, subscriptionLocalizations, "
        "subscriptionPlanAvailabilities, subscriptionPrices, subscriptions"
    ),
    "product_submissions": (
        "inAppPurchaseSubmissions, product review begins, product review ends, "
        "reviewSubmissions, subscriptionGroupSubmissions, subscriptionSubmissions"
    ),
    "products": (
        "inAppPurchaseLocalizations, inAppPurchaseVersions, inAppPurchases, "
        "subscriptionGroupVersions, subscriptionGroups, subscriptionLocalizations, "
        "subscriptionVersions, subscriptions"
    ),
    "profiles": "profiles",
    "readiness": "",
    "releases": (
        "appEncryptionDeclarations, appStoreVersionReleaseRequests, appStoreVersionSubmissions, "
        "appStoreVersions, release date, released"
    ),
    "reports": "financeReports, salesReports",
    "requests": "",
    "review": "review begins, review ends, submission cancelled, submission completes",
    "review_details": "appStoreReviewDetails",
    "review_items": "item added, reviewSubmissionItems",
    "review_submissions": "reviewSubmissions",
    "roles": (
        "ageRatingDeclarations, appAvailabilities, appInfoLocalizations, appInfos, appPreviews, "
        "appPriceSchedules, appScreenshots, appStoreVersionLocalizations, "
        "appStoreVersionPhasedReleases, appStoreVersionReleaseRequests, appStoreVersions, apps, "
        "customerReviewResponses, financeReports, inAppPurchases, reviewSubmissionItems, "
        "reviewSubmissions, salesReports, subscriptionGroups, subscriptions, "
        "territoryAvailabilities, userInvitations, users"
    ),
    "screenshots": (
        "appPreviewSets, appPreviews, appScreenshotSets, appScreenshots, "
        "inAppPurchaseAppStoreReviewScreenshots, subscriptionAppStoreReviewScreenshots"
    ),
    "territories": "territories",
    "upload_parts": (
        "appAssetLibraryImages, appAssetLibraryVideos, appClipAdvancedExperienceImages, "
        "appClipHeaderImages, appEncryptionDeclarationDocuments, appEventScreenshots, "
        "appEventVideoClips, appPreviews, appScreenshots, appStoreReviewAttachments, "
        "backgroundAssetUploadFiles, buildUploadFiles, deliveries, "
        "gameCenterAchievementImages, gameCenterActivityImages, gameCenterChallengeImages, "
        "gameCenterLeaderboardImages, gameCenterLeaderboardSetImages, "
        "inAppPurchaseAppStoreReviewScreenshots, inAppPurchaseImages, routingAppCoverages, "
        "subscriptionAppStoreReviewScreenshots, subscriptionImages"
    ),
    "users": "invitation expires, userInvitations, users",
    "version_builds": "appStoreVersions",
    "versions": (
        "appPreviewSets, appPreviews, appScreenshotSets, appScreenshots, appStoreVersions, apps"
    ),
    "webhook_events": (
        "alternativeDistributionPackageVersions, appStoreVersions, "
        "backgroundAssetVersionAppStoreReleases, backgroundAssetVersionExternalBetaReleases, "
        "backgroundAssetVersionInternalBetaReleases, backgroundAssetVersions, "
        "betaFeedbackCrashSubmissions, betaFeedbackScreenshotSubmissions, buildBetaDetails, "
        "buildUploads"
    ),
    "webhooks": "webhook is delivered, webhookDeliveries, webhookPings, webhooks",
}
