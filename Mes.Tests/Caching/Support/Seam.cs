namespace Mes.Tests.Caching.Support;

/// <summary>The places between the service and its ports at which a test can hold an interleaving.</summary>
internal enum Seam
{
    BeforeBegin,
    AfterFind,
    BeforePut,
    BeforeCommit,
    AfterCommit,
}
